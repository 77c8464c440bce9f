package deploy_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"sender-invitations/internal/tools"
)

// kafkaProperties lists the properties that each client must have, in order. Those of kcat are librdkafka's, which refuses Java's.
var kafkaProperties = map[string][]string{
	"kcat":                      {"bootstrap.servers", "security.protocol", "sasl.mechanisms", "sasl.username", "sasl.password"},
	"kafka-console-consumer.sh": {"security.protocol", "sasl.mechanism", "sasl.jaas.config"},
}

// checkKafka accepts a Kafka client that reads a topic with properties that encrypt and sign in. Only what the reader must put in by hand is
// not filled in.
func checkKafka(call tools.Call) error {
	if call.Option("t")+call.Option("topic") == "" || call.Command != "kcat" && call.Option("bootstrap-server") == "" {
		return errors.New("the client has no topic or no server")
	}
	text, err := os.ReadFile(call.Option("F") + call.Option("consumer.config"))
	if err != nil {
		return err
	}
	var names []string
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		names, values[name] = append(names, name), value
	}
	if want := kafkaProperties[call.Command]; !slices.Equal(names, want) {
		return fmt.Errorf("the properties are %q, want %q", names, want)
	}
	if values["security.protocol"] != "SASL_SSL" || values["sasl.mechanism"]+values["sasl.mechanisms"] != "PLAIN" {
		return fmt.Errorf("the client does not sign in over TLS: %s", text)
	}
	for _, given := range []string{"BOOTSTRAP_SERVERS", "STREAM_POOL_OCID"} {
		if strings.Contains(string(text), given) {
			return fmt.Errorf("%s is not filled in", given)
		}
	}
	for _, byHand := range []string{"TENANCY_NAME/USER_NAME/ocid1.", "AUTH_TOKEN"} {
		if strings.Count(string(text), byHand) != 1 {
			return fmt.Errorf("%s is missing: %s", byHand, text)
		}
	}
	return nil
}
