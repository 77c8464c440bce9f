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
func (r *rule) compileFields(text ruleText, wrong *inRule) {
	r.compileExpressions(text.With, wrong)
	var err error
	r.set, err = literals(&text.Set)
	wrong.addIf("set", err)
	if text.Retry != "" {
		r.set["retry"] = text.Retry
	}
	r.compileFlag("hold", text.Hold, wrong)
	r.compileFlag("wait", text.Wait, wrong)
	r.compileLiterals(wrong)
	r.checkRequired(wrong)
	if !wrong.found() {
		r.checkLiterals(wrong)
	}
}

// compileFlag sets a field that is true if the rule has a member of its name.
func (r *rule) compileFlag(field string, asked bool, wrong *inRule) {
	switch err := r.checkField(field); {
	case !asked:
	case err != nil:
		wrong.add(field, err)
	case r.with[field] != nil:
		wrong.add(field, errors.New("is also set under with"))
	case r.set[field] != nil:
		wrong.add(field, errors.New("is also set under set"))
	default:
		r.set[field] = true
	}
}

func (r *rule) compileExpressions(with map[string]string, wrong *inRule) {
	for _, field := range slices.Sorted(maps.Keys(with)) {
		if with[field] == "" {
			r.empty = append(r.empty, "with."+field)
			wrong.addIf("with."+field, r.checkField(field))
			continue
		}
		compiled, err := jmespath.Compile(with[field])
		r.with[field] = compiled
		if err != nil {
			err = literalMeant(field, with[field], err)
		}
		wrong.addIf("with."+field, cmp.Or(r.checkField(field), err))
	}
}

func (r *rule) compileLiterals(wrong *inRule) {
	for _, field := range slices.Sorted(maps.Keys(r.set)) {
		place := "set." + field
		wrong.addIf(place, r.checkField(field))
		for _, text := range textsIn(r.set[field]) {
			wrong.addIf(place, jmespath.CheckLiteral(text))
		}
		if _, twice := r.with[field]; twice {
			wrong.add(place, errors.New("is also set under with"))
		}
		if r.set[field] == "" || r.set[field] == nil {
			r.empty = append(r.empty, place)
			delete(r.set, field)
		}
	}
	for _, field := range []string{"opcRetryToken", "previous"} {
		if r.set[field] != nil && len(r.with) > 0 {
			wrong.add("set."+field, errors.New("one literal for all events makes them one request: leave it out, or write an expression under with"))
		}
	}
}

// textsIn returns the texts in a literal.
func textsIn(literal any) (texts []string) {
	switch literal := literal.(type) {
	case string:
		return []string{literal}
	case []any:
		for _, element := range literal {
			texts = append(texts, textsIn(element)...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(literal)) {
			texts = append(texts, textsIn(literal[name])...)
		}
	}
	return texts
}

// literalMeant returns the error about an expression; if it was probably meant as a literal, it tells where literals are written.
func literalMeant(field, text string, err error) error {
	remedy := fmt.Sprintf("write it under set (set: {%s: …})", names.Shown(field))
	switch {
	case names.IsPlain(text):
		return fmt.Errorf(`%w; if it is a literal, %s or put both quotes around it: "'%s'"`, err, remedy, names.Shortened(text))
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
func (r *rule) checkRequired(wrong *inRule) {
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
func (r *rule) checkLiterals(wrong *inRule) {
	for _, field := range slices.Sorted(maps.Keys(r.set)) {
		wrong.addIf("set."+field, r.checkLiteral(field))
	}
}

func (r *rule) checkLiteral(field string) error {
	encoded, err := json.Marshal(map[string]any{field: r.set[field]})
	if err != nil {
		return errors.New("has a value without a JSON form")
	}
	parsed, err := command.Parse(r.operation, encoded)
	if err == nil {
		err = parsed.CheckForms()
	}
	if err == nil {
		return nil
	}
	fault := strings.TrimLeft(strings.TrimPrefix(events.AsError(err).Message, r.operation.Name+": "+field), ": ")
	if text, _ := r.set[field].(string); jmespath.PathIn(text) != "" {
		fault += "; an expression stands under with"
	}
	return errors.New(fault)
}
