package console

import (
	"cmp"
	"net/http"
	"os"
	"strings"

	"sender-invitations/events"
	"sender-invitations/handler/rules"
	"sender-invitations/handler/settings"
	"sender-invitations/internal/explain"
)

// serveRules answers with the rules in force and the settings.
func (c *Console) serveRules(w http.ResponseWriter, _ *http.Request) {
	text, builtIn := c.rulesInForce()
	respond(w, http.StatusOK, struct {
		YAML     string            `json:"yaml"`
		BuiltIn  bool              `json:"builtIn"`
		Settings map[string]string `json:"settings"`
	}{text, builtIn, c.settings()})
}

// schemaOfTree is the line of the built-in rules that names their schema by its path in the source tree. It is wrong elsewhere.
const schemaOfTree = "# yaml-language-server: $schema=../../deploy/rules.schema.json\n"

// rulesInForce returns the text of the rules, and whether they are the built-in ones.
func (c *Console) rulesInForce() (text string, builtIn bool) {
	if set := c.stack.Setting("RULES"); set != "" {
		return set, false
	}
	if file := c.stack.Setting("RULES_FILE"); file != "" {
		text, _ := os.ReadFile(file) // else the function does not start, and says why
		return string(text), false
	}
	text, _ = strings.CutPrefix(rules.BuiltInText, schemaOfTree)
	return text, true
}

// settings returns the settings that are set, and the defaults that the page shows.
func (c *Console) settings() map[string]string {
	defaults, _ := settings.Parse(func(string) string { return "" })
	set := map[string]string{"MODE": defaults.Mode, "EVENT_TYPE_PREFIX": defaults.EventTypePrefix}
	for _, name := range settings.Names() {
		if value := c.stack.Setting(name); value != "" {
			set[name] = value
		}
	}
	return set
}

// trial is a delivery under other rules.
type trial struct {
	Rules   string            `json:"rules"`
	Headers map[string]string `json:"headers"`
	content
}

// tryRules explains a delivery under the rules of the request, and the stack's other settings.
func (c *Console) tryRules(w http.ResponseWriter, r *http.Request) {
	asked, ok := read[trial](w, r, 8<<20)
	if !ok {
		return
	}
	header := http.Header{}
	for name, value := range asked.Headers {
		header.Set(name, value)
	}
	setting := func(name string) string {
		switch name {
		case "RULES":
			return cmp.Or(asked.Rules, "\n") // an empty setting would mean the built-in rules
		case "RULES_FILE":
			return ""
		}
		return c.stack.Setting(name)
	}
	delivery := events.Delivery{Body: asked.bytes(), Header: header, CallID: "the-call-id", Direct: true} // the same id on each keystroke
	respond(w, http.StatusOK, explain.Delivery(setting, delivery))
}
