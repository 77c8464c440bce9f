package settings

import (
	"errors"
	"strings"

	"sender-invitations/events/private"
	"sender-invitations/handler/rules"
)

// Fault tells what is wrong with a setting.
type Fault struct {
	Setting string
	Text    string       // what is wrong, with the setting's name, in one line. It hides what could be an e-mail address
	Rules   rules.Faults // what is wrong with the rules in it, which hides nothing; nil if it holds no rules
}

// Faults is the error of [Parse].
type Faults []Fault

// Error names every wrong setting in one line.
func (f Faults) Error() string {
	var texts []string
	for _, fault := range f {
		texts = append(texts, fault.Text)
	}
	return "wrong settings: " + strings.Join(texts, "; ")
}

// wrongRules returns the fault of a setting whose rules are wrong.
func wrongRules(setting string, err error) Fault {
	words := strings.Fields(err.Error())
	for index, word := range words {
		words[index] = private.Text(word) // rules may name people
	}
	wrong, _ := errors.AsType[rules.Faults](err)
	return Fault{setting, setting + ": " + strings.Join(words, " "), wrong}
}
