package forward

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"sender-invitations/events"
	"sender-invitations/events/strict"
	"sender-invitations/handler/command"
)

const compartmentID = "compartmentId"

// compartments holds what an API request names as compartmentId. It has each spelling of the name, for the API might take any letter case.
type compartments struct {
	values []string
	has    []command.Place // the places that have a value under the name as the API spells it
}

func (c *compartments) add(place command.Place, name, value string) {
	c.values = append(c.values, value)
	if name == compartmentID && value != "" {
		c.has = append(c.has, place)
	}
}

func (c *compartments) addQuery(query url.Values) {
	for name, values := range query {
		for _, value := range values {
			if strings.EqualFold(name, compartmentID) {
				c.add(command.InQuery, name, value)
			}
		}
	}
}

func (c *compartments) addBody(body []byte) error {
	for name, raw := range strict.Members(body) {
		if !strings.EqualFold(string(name), compartmentID) {
			continue
		}
		var value *string
		if json.Unmarshal(raw, &value) != nil {
			return events.Invalid("InvalidParameter", "compartmentId is not a string")
		}
		if value != nil {
			c.add(command.InBody, string(name), *value)
		}
	}
	return nil
}

// check checks that the request names a compartment if the API requires it, and that each is the sender tenancy.
func (c compartments) check(op *command.Operation, sender func() (string, error)) error {
	if op.Compartment != "" && !slices.Contains(c.has, op.Compartment) {
		return events.Invalid("MissingParameter", "compartmentId is required: the OCID of the sender tenancy")
	}
	if len(c.values) == 0 {
		return nil
	}
	tenancy, err := sender()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(c.values, func(value string) bool { return value != tenancy }) {
		return events.NotFound("compartmentId is not the sender tenancy of this function (COMPARTMENT_OCID)")
	}
	return nil
}
