package rules

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sender-invitations/events"
	"sender-invitations/handler/command"
	"sender-invitations/handler/jmespath"
	"sender-invitations/handler/names"
)

// compileFields compiles what the rule has under with and set. An empty text there is as if it were absent.
func (r *rule) compileFields(text ruleText, wrong *faults) {
	for _, field := range slices.Sorted(maps.Keys(text.With)) {
		if text.With[field] == "" {
			wrong.addIf("with."+field, r.checkField(field))
			continue
		}
		compiled, err := jmespath.Compile(text.With[field])
		r.with[field] = compiled
		if err != nil {
			err = literalMeant(field, text.With[field], err)
		}
		wrong.addIf("with."+field, cmp.Or(r.checkField(field), err))
	}
	var err error
	r.set, err = literals(&text.Set)
	wrong.addIf("set", err)
	if text.Retry != "" {
		r.set["retry"] = text.Retry
	}
	for _, field := range slices.Sorted(maps.Keys(r.set)) {
		wrong.addIf("set."+field, r.checkField(field))
		if path, _ := r.set[field].(string); jmespath.LooksLikePath(path) {
			wrong.add("set."+field, fmt.Errorf("is a literal; %s looks like an expression: write it under with", names.Shortened(path)))
		}
		if _, twice := r.with[field]; twice {
			wrong.add("set."+field, errors.New("is also set under with"))
		}
		if r.set[field] == "" {
			delete(r.set, field)
		}
	}
	r.checkRequired(wrong)
	if !wrong.found() {
		wrong.addIf("set", r.checkLiterals())
	}
}

// literalMeant returns the error about an expression; if it was probably meant as a literal, it tells where literals are written.
func literalMeant(field, text string, err error) error {
	remedy := fmt.Sprintf("write it under set (set: {%s: …})", names.Shown(field))
	switch {
	case names.IsPlain(text):
		return fmt.Errorf("%w; if it is a literal, %s", err, remedy)
	case jmespath.LooksLiteral(text):
		return errors.New("looks like a literal, not like an expression over the event: " + remedy)
	}
	return err
}

// checkField checks that the operation takes the field.
func (r *rule) checkField(field string) error {
	if !r.operation.Takes(field) {
		return r.unknown(field)
	}
	return nil
}

// checkRequired checks that the rule gives the fields that the operation requires.
func (r *rule) checkRequired(wrong *faults) {
	for _, group := range r.required {
		if !slices.ContainsFunc(group, r.gives) {
			wrong.add("with", fmt.Errorf("%s requires %s, which the rule does not give or gives as an empty text", r.operation.Name, strings.Join(group, " or ")))
		}
	}
}

// requiredBy returns the groups of fields of which a command of the operation must have one.
func requiredBy(o *command.Operation) (groups [][]string) {
	if o.NamesInvitation {
		groups = append(groups, []string{"senderInvitationId", "recipientTenancyId"})
	}
	for _, field := range o.Required {
		groups = append(groups, []string{field})
	}
	return groups
}

func (r *rule) unknown(field string) error {
	fields := r.operation.Fields()
	return fmt.Errorf("%s has no such field%s; it takes %s", r.operation.Name, names.Meant(fields, field), strings.Join(fields, ", "))
}

// gives reports whether the rule sets the field.
func (r *rule) gives(field string) bool {
	_, given := r.with[field]
	return given || r.set[field] != nil
}

// checkLiterals checks the literals like the fields of a command.
func (r *rule) checkLiterals() error {
	text, err := json.Marshal(r.set)
	if err != nil {
		return errors.New("has a value without a JSON form")
	}
	if len(r.set) == 0 {
		return nil
	}
	parsed, err := command.Parse(r.operation, text)
	if err == nil {
		err = parsed.CheckForms()
	}
	if err != nil {
		return errors.New(events.AsError(err).Message)
	}
	return nil
}
