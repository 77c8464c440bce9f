package deploy_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/oracle/oci-go-sdk/v65/apigateway"
	ocievents "github.com/oracle/oci-go-sdk/v65/events"
	"github.com/oracle/oci-go-sdk/v65/functions"
	"github.com/oracle/oci-go-sdk/v65/monitoring"
	"github.com/oracle/oci-go-sdk/v65/queue"
	"github.com/oracle/oci-go-sdk/v65/resourcescheduler"
	"github.com/oracle/oci-go-sdk/v65/sch"
	"github.com/oracle/oci-go-sdk/v65/streaming"
)

// models maps each option that takes JSON to the SDK's model of the request, and to the member of it that the option sets.
var models = map[string]struct {
	member string
	model  func() any
}{
	"oci api-gateway deployment create --specification":  {"specification", made[apigateway.CreateDeploymentDetails]},
	"oci events rule create --actions":                   {"actions", made[ocievents.CreateRuleDetails]},
	"oci fn application create --logging":                {"logging", made[functions.CreateApplicationDetails]},
	"oci fn application create --subnet-ids":             {"subnetIds", made[functions.CreateApplicationDetails]},
	"oci monitoring alarm create --destinations":         {"destinations", made[monitoring.CreateAlarmDetails]},
	"oci monitoring metric-data post --metric-data":      {"metricData", made[monitoring.PostMetricDataDetails]},
	"oci queue messages put-messages --messages":         {"messages", made[queue.PutMessagesDetails]},
	"oci resource-scheduler schedule create --resources": {"resources", made[resourcescheduler.CreateScheduleDetails]},
	"oci sch service-connector create --source":          {"source", made[sch.CreateServiceConnectorDetails]},
	"oci sch service-connector create --target":          {"target", made[sch.CreateServiceConnectorDetails]},
	"oci sch service-connector create --tasks":           {"tasks", made[sch.CreateServiceConnectorDetails]},
	"oci streaming stream message put --messages":        {"messages", made[streaming.PutMessagesDetails]},
}

func made[T any]() any { return new(T) }

// checkModel compares JSON with the SDK's model: each member must be in the model, with the same type, and no mandatory member may
// be missing.
func checkModel(option string, document []byte) error {
	known, ok := models[option]
	if !ok {
		return fmt.Errorf("there is no model for %s", option)
	}
	request := known.model()
	whole := fmt.Sprintf(`{%q: %s}`, known.member, document)
	if err := json.Unmarshal([]byte(whole), request); err != nil {
		return err
	}
	back, err := json.Marshal(request)
	if err != nil {
		return err
	}
	var want, got any
	if err := json.Unmarshal([]byte(whole), &want); err != nil {
		return err
	}
	if err := json.Unmarshal(back, &got); err != nil {
		return err
	}
	if err := within(want, got, ""); err != nil {
		return err
	}
	fields := reflect.ValueOf(request).Elem()
	for index := range fields.NumField() {
		if jsonName(fields.Type().Field(index)) == known.member {
			return complete(fields.Field(index), known.member)
		}
	}
	return fmt.Errorf("the model has no %s", known.member)
}

// within returns an error for the first place where want is not a part of got.
func within(want, got any, place string) error {
	switch want := want.(type) {
	case map[string]any:
		members, _ := got.(map[string]any)
		for name, value := range want {
			if _, ok := members[name]; !ok {
				return fmt.Errorf("%s.%s is not in the SDK's model", place, name)
			}
			if err := within(value, members[name], place+"."+name); err != nil {
				return err
			}
		}
	case []any:
		items, _ := got.([]any)
		if len(items) != len(want) {
			return fmt.Errorf("%s: the SDK reads %v", place, got)
		}
		for index, value := range want {
			if err := within(value, items[index], fmt.Sprint(place, "[", index, "]")); err != nil {
				return err
			}
		}
	default:
		if want != got {
			return fmt.Errorf("%s: the SDK reads %v, not %v", place, got, want)
		}
	}
	return nil
}

// complete returns an error for the first mandatory field that is missing.
func complete(value reflect.Value, place string) error {
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return nil
		}
		return complete(value.Elem(), place)
	case reflect.Slice:
		for index := range value.Len() {
			if err := complete(value.Index(index), fmt.Sprint(place, "[", index, "]")); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for index := range value.NumField() {
			field := value.Type().Field(index)
			if field.Tag.Get("mandatory") == "true" && value.Field(index).IsZero() {
				return fmt.Errorf("%s.%s is mandatory", place, jsonName(field))
			}
			if slices.Contains([]string{"true", "false"}, field.Tag.Get("mandatory")) {
				if err := complete(value.Field(index), place+"."+jsonName(field)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func jsonName(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return name
}
