package rules

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"sender-invitations/events"
	"sender-invitations/handler/jmespath"
)

// when returns a rule with the condition, with one with the expression of displayName.
func when(condition string) string {
	return fmt.Sprintf("- name: a\n  match:\n    type: t\n    when: %s\n  operation: create\n  with: {recipientTenancyId: data.x}", condition)
}

func with(expression string) string {
	return aRule("with:", "  recipientTenancyId: data.x", "  displayName: "+expression)
}

func set(literal string) string {
	return aRule("with: {recipientTenancyId: data.x}", "set:", "  "+literal)
}

// libraryWord matches the words of the libraries for their own types.
var libraryWord = regexp.MustCompile(`TOK|tUnq|AST|SyntaxError|unmarshal|!!|yaml:|struct|token`)

// The start tells of each usual mistake where it is and what to write.
func TestMistakesAtStart(t *testing.T) {
	for text, wanted := range map[string]string{
		// Names in double quotes, and words that name members.
		when(`data.plan != "trial"`):                                    `line 4: match.when: column 14: double quotes name a member: write 'trial' for the text, or trial without quotes for the member`,
		when(`'"trial" == data.plan'`):                                  "column 1: double quotes name a member",
		when(`data.active && "paid"`):                                   "column 16: double quotes name a member",
		when(`data.active || !"paid"`):                                  "column 17: double quotes name a member",
		when(`contains(data.plans, "gold")`):                            "column 22: double quotes name a member",
		when(`data.items[?kind == "tenancy"]`):                          "column 21: double quotes name a member",
		with(`'"company"'`):                                             "column 1: double quotes name a member: write 'company' for the text",
		with(`join(' ', [data.name, "GmbH"])`):                          "column 23: double quotes name a member",
		with(`'{a: "name"} | a'`):                                       "column 5: double quotes name a member",
		with(`data | "name"`):                                           "column 8: double quotes name a member",
		when(`data.plan != "free trial"`):                               "the event has no member \"free trial\": its attributes are in lower case, such as id, source, type and subject. Write data.\"free trial\" for a member of its data, or 'free trial' for the text",
		when(`data.plan == Trial`):                                      "the event has no member Trial",
		when(`data.active == true`):                                     "column 16: true names a member: write `true`, in backticks, for the value",
		when(`data.items[?active == false]`):                            "column 23: false names a member",
		with("Welcome"):                                                 "the event has no member Welcome: its attributes are in lower case, such as id, source, type and subject. Write data.Welcome for a member of its data, or 'Welcome' for the text; if it is a literal, write it under set (set: {displayName: …})",
		with("event.data.company"):                                      "an expression starts at the event itself, and only data has members: write data.x, not event.data.x or event.x",
		with("extensions.compartmentId"):                                "an extension attribute is a member of the event itself",
		with("body[0].name"):                                            "an expression starts at the event itself",
		with("$.data.company"):                                          "column 1: there is no $: an expression starts at the event itself",
		with("eventID"):                                                 "the event has eventID as id: write id",
		with("welcome to OCI"):                                          "displayName: looks like a literal, not like an expression over the event: write it under set (set: {displayName: …})",
		with("bob@acme.example"):                                        "displayName: looks like a literal",
		with("https://acme.example/x"):                                  "displayName: looks like a literal",
		aRule("with:", "  recipientTenancyId: ocid1.tenancy.oc1..aaaa"): "line 5: with.recipientTenancyId: looks like a literal, not like an expression over the event: write it under set (set: {recipientTenancyId: …})",
		with("data.x") + "\n  set: {opcRequestId: data.id}":             "set.opcRequestId: data.id is an expression, and set takes literals: write it under with",
		with("Welcome"):                                                 "(set: {displayName: …}) or put both quotes around it: \"'Welcome'\"",
		// Expressions in the place of literals, and literals that hide an expression.
		set("displayName: data.company"):                     "line 6: set.displayName: data.company is an expression, and set takes literals: write it under with; for the text itself write \"'data.company'\" there",
		set("displayName: data.billing.companyName"):         "set.displayName: data.billing.companyName is an expression",
		set("displayName: 'data.list[0].id'"):                "set.displayName: data.list[0].id is an expression",
		set("displayName: 'Invitation for ${data.company}'"): "set.displayName: ${data.company} is a template, which JMESPath does not have: join('', ['…', data.x]) under with puts texts together",
		set(`displayName: "{{ data.company }}"`):             "set.displayName: {{ data.company }} is a template",
		set(`displayName: "join(' ', ['a', data.company])"`): "set.displayName: join(' ', ['a', data.company]) is an expression",
		set("freeformTags: {origin: data.companyName}"):      "line 6: set.freeformTags: data.companyName is an expression",
		with(`"'Invitation for ' || data.company"`):          "displayName: what follows 'Invitation for ' || is never used, because a text is true: join('', ['Invitation for ', data.x]) puts texts together",
		with(`"data.a || 'x' || data.b"`):                    "what follows 'x' || is never used",
		set("opcRetryToken: x"):                              "set.opcRetryToken: one literal for all events makes them one request: leave it out, or write an expression under with",
		// The kinds of fields.
		set("freeformTags: {origin: 5}"):      `line 6: set.freeformTags: the value of tag "origin" must be a string, not a number`,
		set("freeformTags: {origin: {a: b}}"): `set.freeformTags: the value of tag "origin" must be a string, not an object`,
		set("definedTags: {origin: x}"):       `set.definedTags: namespace "origin" must be an object of tags, not a string`,
		set("displayName: 5"):                 "line 6: set.displayName: must be a string, not a number",
		// Texts that are not in single quotes.
		when(`data.e == "it@acme.example"`): "match.when: double quotes name a member; put a text in single quotes",
		when("data.e == `it@acme.example`"): "there is no JSON in the backticks; put a text in single quotes",
		when(`data.company == "O'Brien"`):   `or 'O\'Brien' for the text`,
		when("data.seats > \"5\""):          "column 14: double quotes name a member: write `5`, in backticks, for the number",
		when("data.price == \"12.5\""):      "write `12.5`, in backticks, for the number",
		when("data.active == True"):         "column 16: True names a member: write `true`, in backticks, for the value",
		when("data.active == None"):         "None names a member: write `null`, in backticks",
		when("data.active == `True`"):       "there is no JSON in the backticks: write `true`",
		when("data.price == 12.5"):          "column 15: a number is put in backticks, such as `12.5`",
		// Members and elements.
		when("data.list[0"):                    "column 10: [ is not closed: ] is missing",
		with("data['company']"):                "column 5: write data.company: a member stands after a dot",
		with(`'data["my company"]'`):           `column 5: write data."my company": a member stands after a dot`,
		with("data.admins['it@acme.example']"): "column 12: write admins.\"…\": a member stands after a dot",
		with("data.list.0"):                    "column 11: write [0], without a dot, for an element of a list",
		with("data.list[1.5]"):                 "column 11: an index is a whole number",
		with("oracle.tenantid"):                "an extension attribute is a member of the event itself, in lower case: write tenantid for oracle.tenantid",
		with("Data.plan"):                      "the member data is in lower case: write data.x, not Data.x",
		// Functions and operators of other languages.
		when("data.a =~ '.*'"):                  "column 8: there are no patterns: contains(text, part), starts_with(text, start) and ends_with(text, end) look for parts of a text",
		when("data.a ~ 'x'"):                    "column 8: there are no patterns",
		when("data.list contains 'a'"):          "column 11: contains is no operator: write contains(list, value) or contains(text, part)",
		when("data.a startsWith 'a'"):           "column 8: startsWith is no operator: write starts_with(text, start)",
		when("data.plan exists"):                "column 11: there is no operator exists: write the member alone",
		when("exists(data.plan)"):               "there is no function exists: write the member alone",
		with("'substring(data.company, 0, 3)'"): "column 1: there is no function substring; there are",
		with("'concat(data.a, data.b)'"):        "there is no function concat: write join(separator, texts)",
		with("'len(data.a)'"):                   "there is no function len: write length(value)",
		with("'toUpper(data.a)'"):               "there is no function toUpper: write upper(text)",
		when("match(data.a, 'x')"):              "there is no function match: write contains(list, value) or contains(text, part)",
		with("data.company.trim()"):             "the function trim takes another number of arguments: write trim(text) or trim(text, characters)",
		with(`"split('@', data.x)"`):            "the function split takes only a literal such as ', ' as its argument 2: write split(text, separator)",
		// The language.
		with("\"`business`\""):            "column 1: there is no JSON in the backticks: write 'business', or `\"business\"`, for the text",
		when("data.a = 'x'"):              "column 8: write == to compare",
		when("data.a === 'x'"):            "column 10: write == without another =",
		when("data.a !== 'x'"):            "column 10: write != without another =",
		when("data.n => `5`"):             "column 8: write >=",
		when("data.n <> `5`"):             "column 8: write != to compare",
		when("data.a and data.b"):         "column 8: there is no operator and: write &&",
		when("data.a OR data.b"):          "column 8: there is no operator OR: write ||",
		when("data.a & data.b"):           "column 8: write && for and",
		when("not data.a"):                "column 1: there is no operator not: write !",
		when("not(data.a)"):               "there is no function not: write !",
		when("data.a in ['x', 'y']"):      "column 8: there is no operator in: write contains(list, value)",
		when("data.n > 5"):                "column 10: a number is put in backticks, such as `5`",
		when("data.n == -1"):              "column 11: a number is put in backticks, such as `-1`",
		when("data.tenancy-id"):           `column 13: a name with another character than letters, digits and _ is put in double quotes, such as data."tenancy-id"`,
		when("data.tenancy-2"):            `such as data."tenancy-2"`,
		when("data.2fa"):                  "column 6: a name that begins with a digit is put in double quotes",
		when("data.a ? 'x'"):              "column 8: there is no operator ?",
		when("data.a == ‘x’"):             "column 11: a text is put in single quotes",
		when("data.a == 'x"):              "column 11: the quote ' is not closed",
		when("data.a 'x'"):                "column 8: there is no operator before this; a text is put in single quotes",
		when("data.a == "):                "column 10: the expression ends too early",
		when("(data.a"):                   "column 1: ( is not closed: ) is missing",
		when("data.a)"):                   "column 7: nothing is open that ) closes",
		when("data.ä"):                    "column 6: JMESPath has no character 'ä' outside quotes",
		when("data..a"):                   "column 5: there is no name between the dots",
		when("'{{ data.a }}'"):            "column 1: an expression is no template",
		when("startswith(data.a, 'x')"):   "there is no function startswith: write starts_with(text, start)",
		when(`"'5' == ` + "`5`\""):        "compares a text with a number, which are never equal and cannot be compared with < or >: write the number as `5`, in backticks",
		when("length(data.l) > '5'"):      "compares a number with a text",
		when("'!data.trial'"):             "match.when: ! applies to data alone: put what it is to apply to in parentheses, as in !(data.trial)",
		when("data.a && !data.l[0].x"):    "! applies to data alone: put what it is to apply to in parentheses, as in !(data.l[0])",
		with("to_string(data.x).y"):       "takes a member of a text, which has none",
		when(`"!(data.plan) == 'trial'"`): "compares a boolean with a text",
		when("data.n > `true`"):           "compares a boolean by order, which only numbers and texts have",
		when("data.a == 'x' || 'y'"):      "'y' is no condition by itself: compare it with a member, as in data.plan == 'y'",
		when(`"'data.a'"`):                "'data.a' is no condition by itself",
		// YAML.
		when("true"):        "line 4: match.when: true is a boolean of YAML, not an expression: a rule without when always applies; the expression for it is \"`true`\", with both quotes",
		when("false"):       "match.when: false is a boolean of YAML",
		with("5"):           "displayName: 5 is a number of YAML, not an expression: write a literal under set",
		with("[LINK]"):      "displayName: must be text, not a list: put an expression in quotes; write a literal under set",
		when("{a: b}"):      "match.when: must be text, not an object: put an expression in quotes",
		when("!data.trial"): "line 4: match.when: YAML drops a value that begins with ! or &: put the whole value in double quotes",
		when("&trial"):      "match.when: YAML drops a value that begins with ! or &",
		when("&data.trial"): "line 4: a value that begins with ! or & is put in double quotes",
		with("data.x") + "\n  set:\n    opcRequestId: !x":      "set: YAML drops a value that begins with ! or &",
		when("!contains(data.x, 'y')"):                         "line 4: a value that begins with ! or & is put in double quotes",
		when("'x' == data.a"):                                  "line 4: an expression that begins with a quote is put in quotes as a whole",
		when("`5` < data.n"):                                   "line 4: a value that begins with a backtick, an at sign or a percent sign is put in double quotes",
		when("data.a.{b: c}"):                                  "line 4: an expression with a colon is put in double quotes",
		aRule("with: {recipientTenancyId: data.l[0].id}"):      "line 4: an expression with brackets is put in double quotes where it stands between braces",
		"- name: a\n  match:\n    type: *\n":                   `the rules are not YAML: line 3: a value that begins with * is put in quotes: type: "*"`,
		"- name: a\n  match: {type: *.signup, source: x}":      `line 2: a value that begins with * is put in quotes`,
		"- name: a\n  match: {type: *signup}":                  `line 2: a value that begins with * is put in quotes`,
		"- name: a\n\tmatch: {type: t}":                        "line 2: lines are indented with spaces, not with tabs",
		`- name: a\n  match: {type: t}\n  operation: create\n`: `the rules are one line with the characters \n in place of line ends`,
		`- name: a\n`:                               `the rules are one line with the characters \n in place of line ends`,
		"- name: a\n  name: b":                      `rule "a", line 1: mapping key "name" already defined at line 1`,
		with("[a, b] | join(' ', @)"):               "line 6: an expression that begins with a bracket or a brace is put in double quotes as a whole",
		when("[data.a][0]"):                         "line 4: an expression that begins with a bracket or a brace",
		"- name: a\n  match:\n\t  type: t\n":        "line 3: lines are indented with spaces, not with tabs",
		"- name: a\n  match:\n    \"data.plan\": x": `line 3: match."data.plan": match has no member`,
		"- name: a\n  match:\n    type: [a, b]":     "line 3: match.type: must be text, not a list: write one rule for each, or * for any text",
		"rules.yaml":                                "the rules are text, not a YAML list: RULES holds the rules themselves, RULES_FILE names a file",
		"rules:\n- name: a":                         "the rules are not a YAML list: leave out rules: and begin with the first - name",
		"":                                          "the rules are empty; [] is a list without rules",
		// Members.
		"- name: a\n  match: {type: t, subject: x}": "line 2: match.subject: match has no member subject; it takes type, source, when; when takes a condition on any member of the event",
		"- name: a\n  match: {tpye: t}":             "match.tpye: match has no member tpye (did you mean type?)",
		"- name: a\n  wiht: {}":                     "line 2: wiht: a rule has no member wiht (did you mean with?); it takes name, match, operation, retry, wait, hold, with, set",
		"- name: a\n  match: {type: t}\n  operation: create\n  hold: data.plan\n  with: {recipientTenancyId: a}":                  "line 4: hold: must be true or false; an expression stands under with",
		"- name: a\n  match: {type: t}\n  operation: create\n  hold: true\n  with: {recipientTenancyId: a}\n  set: {hold: false}": "line 4: hold: is also set under set",
		"- name: a\n  match: {type: t}\n  operation: create\n  with: {recipientTenancyId: a}\n  set: {previous: ocid1.x.oc1..a}":  "line 5: set.previous: one literal for all events makes them one request",
		"- name: a\n  match: {type: t}\n  operation: update\n  wait: true\n  with: {recipientTenancyId: a}":                       "line 4: wait: update has no such field",
		"- name: a\n  match: {type: t}\n  operation: poll":                                                                        `line 3: operation: "poll" is not create, update or cancel`,
		"- name: a\n  Match: {type: t}":             "a rule has no member Match (did you mean match?)",
		aRule("with: {recipientTenancyID: data.x}"): "create has no such field (did you mean recipientTenancyId?); it takes recipientTenancyId, recipientEmailAddress,",
		aRule("with: {recipientTenancyId: ''}"):     "line 4: with: create requires recipientTenancyId, which the rule does not give or gives as an empty text",
		aRule("set: {recipientTenancyId: ''}"):      "with: create requires recipientTenancyId, which the rule does not give or gives as an empty text",
	} {
		_, err := Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s\n%v, want %q", text, err, wanted)
		} else if fault := err.Error(); strings.Contains(fault, "\n") || libraryWord.MatchString(fault) || strings.Contains(fault, "acme.example") {
			t.Errorf("%s\n%s", text, fault)
		}
	}
}

// What could be a trap, and is none, is accepted.
func TestNoMistakes(t *testing.T) {
	for _, text := range []string{
		when(`data."plan" != 'trial'`), when(`data."tenancy-id" == 'x'`), with(`'"data".company'`), with(`'data.{"a": company}.a'`), with(`'data | "tenancy-id"'`),
		when(`data.items[?"my kind" == 'x']`), when("data.plan == plan"), when("data.plan == trial"), with("data.name || 'nobody'"), with("data.true"),
		when("data.n == `5`"), when("data.x == `null`"), when("to_number(data.n) != `null`"), when("'`true`'"), when("data.a || `false`"), when("data.a || ''"), with("not_null(subject, data.x)"),
		when("'@.data.and && type.[@]'"), with("'*.name | [0]'"), with("data.list[-1:][0]"), with("'data.list[?kind==''x''].id | [0]'"), with("data_base64"), with("''"), with(""),
		aRule("with: {recipientTenancyId: data.x}", `set: {displayName: "data, and more"}`),
		set("displayName: data.example.com"), set("displayName: Invitation for data.company"), set("displayName: Costs ${1}"), set("displayName: 'f(x)'"), set("displayName: trim (all) data"),
		set("displayName: metadata.companyName"), set("freeformTags: {origin: data.example.com, n: '5'}"), set("definedTags: {ops: {n: 5, on: true}}"),
		aRule("set: {recipientTenancyId: ocid1.tenancy.oc1..aaaa, opcRetryToken: x}"), with(`"'data.company'"`), with(`"data.company || 'nobody'"`), with(`"'' || data.company"`),
		with(`"data.company && 'a' || 'b'"`), with(`'data.list[?@."5" == ''x'']'`), with(`'@."5"'`), with("data.list[0].a"), with(`"data.a[1:2] | [0]"`), when("data.exists"), when("data.concat == 'x'"),
		when("data.list[?None]"), when("contains"), with("data.companies[*].name.join('', [@])"), when("contains(data.list, `12.5`)"), when(`"data.name == 'O\\'Brien'"`),
	} {
		if _, err := Parse([]byte(text)); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

// Rules that make sense are accepted: expressions of conditions and fields, and literals.
func TestSensibleRules(t *testing.T) {
	lines, err := os.ReadFile("testdata/sensible.txt")
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]func(string) string{"when": when, "with": with, "set": set}
	for line := range strings.Lines(string(lines)) {
		form, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, err := Parse([]byte(forms[form](text))); err != nil {
			t.Errorf("%s%v", line, err)
		}
	}
}

// The error about rules tells all their faults, up to a number.
func TestAllFaultsAreTold(t *testing.T) {
	var text strings.Builder
	for index := range maxFaults + 3 {
		fmt.Fprintf(&text, "- name: r%d\n  match: {type: t}\n  operation: nothing\n", index)
	}
	_, err := Parse([]byte(text.String()))
	if err == nil || strings.Count(err.Error(), "is not create, update or cancel") != maxFaults || !strings.HasSuffix(err.Error(), "; and 3 more") {
		t.Error(err)
	}
	_, err = Parse([]byte("- name: a\n  match: {type: t, when: data.a = b}\n  operation: create\n  retry: often\n  with: {recipientTenancyId: data.x-y, nope: data.y}"))
	for _, wanted := range []string{"line 2: match.when: column 8", "line 4: retry:", "line 5: with.recipientTenancyId: column 7", "line 5: with.nope: create has no such field"} {
		if err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v, want %s", err, wanted)
		}
	}
}

// The failure of an event without a required field names the rule, the field, the expression, and what there is in its place. It never
// quotes a value.
func TestMissingFields(t *testing.T) {
	const secret = "bob@acme.example"
	many := `{"tenancyId": "", "members": {`
	for index := range 30 {
		many += fmt.Sprintf(`"m%02d": 1, `, index)
	}
	many += fmt.Sprintf(`%q: 1, %q: 1}}`, secret, strings.Repeat("x", 200))
	for _, c := range []struct{ expression, data, wanted string }{
		{"data.tenancyID", `{"tenancyId": "` + secret + `", "plan": "x"}`, "data.tenancyID gives null: data has no member tenancyID (did you mean tenancyId?); it has tenancyId, plan"},
		{"data.tenancy.id", `{"tenancyId": "x"}`, "data.tenancy.id gives null: data has no member tenancy (did you mean tenancyId?); it has tenancyId"},
		{"data.admin.tenancy", `{"admin": {"mail": "` + secret + `", "my-tenancy": "x"}}`, `data.admin has no member tenancy (did you mean "my-tenancy"?); it has "my-tenancy", mail`},
		{"data.admin.tenancy", `{"admin": {}}`, "data.admin is empty"},
		{"data.tenancyId", `{}`, "data.tenancyId gives null: data is empty"},
		{"tenancyid", `{"tenancyId": "x"}`, "the event has no member tenancyid (did you mean data.tenancyId?); it has data, datacontenttype, id, plan, source, specversion, type; its data has tenancyId"},
		{"subject", `{"resourceId": "x"}`, "the event has no member subject (did you mean data.resourceId?); it has data, datacontenttype, id, plan, source, specversion, type; its data has resourceId"},
		{"data.tenancyId", `{"tenancyId": null}`, "and with.recipientTenancyId: data.tenancyId is null"},
		{"data.tenancyId", `{"tenancyId": ""}`, "data.tenancyId gives an empty text"},
		{"data.tenancyId", `null`, "data.tenancyId gives null: data is null"},
		{"data.tenancyId", `"{\"tenancyId\": \"` + secret + `\"}"`, "data is text that holds JSON, not an object: send the JSON itself, not as a text"},
		{"data.tenancyId", `"` + secret + `"`, "data is text, not an object"},
		{"data.tenancyId", `7`, "data is a number, not an object"},
		{"data.list.id", `{"list": [{"id": "x"}]}`, "data.list is a list: name an element, such as data.list[0]"},
		{"data.list[1].id", `{"list": [{"id": "x"}]}`, "data.list has no element 1; its length is 1"},
		{"data.list[0].id", `{"list": {"id": "x"}}`, "data.list is an object, not a list"},
		{"data.list[?id].id | [0]", `{"list": []}`, "gives null: data.list[?…].id has no element 0; its length is 0"},
		{"data.list[].l[] | [0].id", `{"list": []}`, "data.list[].l[] has no element 0"},
		{"data.list[*].id | [0]", `{"list": []}`, "data.list[*].id has no element 0"},
		{"data.id < 'x'", `{"id": 7}`, "a number and a text, the sides of <, cannot be compared"},
		{"data.id[:3]", `{"id": "x"}`, "data.id is a text, not a list"},
		{"data.*.id | [0]", `{"id": "x"}`, "data.*.id has no element 0"},
		{"data.list[*].id | [0]", `{"lists": []}`, "data has no member list (did you mean lists?)"},
		{"data.a || data.b", `{"c": 1}`, "data has no member a; it has c; data has no member b; it has c"},
		{"data.a && data.b", `{"a": 1}`, "data has no member b; it has a"},
		{"not_null(data.a, data.b)", `{"c": 1}`, "data has no member a; it has c; data has no member b; it has c"},
		{"max(data.l)", `{"l": []}`, "max(data.l) gives null: the function max gives null"},
		{"data.list | @[0].id", `{"list": []}`, "data.list | @[0].id gives null: data.list has no element 0"},
		{"(data.m" + strings.Repeat(" || data.m", 40) + " || '')", `{"c": ""}`, " gives an empty text"},
		{"data.m" + strings.Repeat(" || data.m", 40), `{"c": ""}`, "data.m || data.m || data.m || data.m || data.m || … gives null"},
		{"data.members.z", many, "data.members has no member z; it has sha256:2debe85f147dc38a, m00, m01, m02, m03, m04, m05, m06, m07, m08, and 22 more"},
	} {
		_, _, err := matchedBy(t, aRule("with:", "  recipientTenancyId: \""+c.expression+`"`), c.data)
		fault := events.AsError(err)
		if fault == nil || fault.Status != 400 || fault.Code != "MissingParameter" || !strings.Contains(fault.Message, c.wanted) ||
			!strings.HasPrefix(fault.Message, "rule a: create: recipientTenancyId is required, and with.recipientTenancyId: ") {
			t.Errorf("%s on %.60s: %v, want %s", c.expression, c.data, err, c.wanted)
		} else if strings.Contains(fault.Message, secret) || len(fault.Message) > 1000 {
			t.Error(fault.Message)
		}
	}
}

// The failure of an event that an expression does not fit names the function and the kinds of its arguments.
func TestWrongArguments(t *testing.T) {
	for expression, wanted := range map[string]string{
		"join(' ', ['for', data.company])": "the function join cannot take a text and a list that holds a text and null; if a value may be missing, write value && join(…)",
		"contains(data.plan, 'x')":         "the function contains cannot take null and a text; if a value",
		"lower(data.n)":                    "the function lower cannot take a number",
		"sum(data.l)":                      "the function sum cannot take a list that holds a number and a text",
		"split(data.many, ',')":            "the function split makes at most 50000 parts",
	} {
		_, _, err := matchedBy(t, with(`"`+expression+`"`), `{"x": "y", "n": 1, "l": [1, "secret"], "many": "`+strings.Repeat(",", jmespath.MaxValues)+`"}`)
		if want := "rule a: with.displayName: the expression does not fit the event: " + wanted; err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %s", expression, err, want)
		}
	}
}

// A field with an empty text is unset.
func TestEmptyTexts(t *testing.T) {
	rule := aRule("with:", "  recipientTenancyId: data.x", "  recipientEmailAddress: data.mail", "  displayName: ''", "  freeformTags: data.tags", "set: {opcRetryToken: '', subjects: ''}")
	_, command, err := matchedBy(t, rule, `{"x": "y", "mail": "", "tags": {"a": ""}}`)
	if want := `{"recipientTenancyId":"y","freeformTags":{"a":""}}`; err != nil || command != want {
		t.Error(command, err)
	}
}
