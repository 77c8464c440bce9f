package settings

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"sender-invitations/events/private"
	"sender-invitations/handler/command"
	"sender-invitations/handler/ocid"
	"sender-invitations/handler/rules"
)

// Parse reads the settings through getenv ([os.Getenv] in the function). The error is [Faults]: it names, in one line, every wrong setting
// and what it takes.
func Parse(getenv func(string) string) (Config, error) {
	s := &reader{getenv: getenv}
	c := Config{
		CompartmentOCID:      s.matching("COMPARTMENT_OCID", "", ocid.IsTenancy, "the OCID of a tenancy"),
		ResultTopicOCID:      s.matching("RESULT_TOPIC_OCID", "", isTopicOrNone, "the OCID of a topic, or none"),
		DeadLetterTopicOCID:  s.matching("DEAD_LETTER_TOPIC_OCID", "", isTopicOrNone, "the OCID of a topic, or none"),
		ResultStreamOCID:     s.matching("RESULT_STREAM_OCID", "", isStream, streamWanted),
		DeadLetterStreamOCID: s.matching("DEAD_LETTER_STREAM_OCID", "", isStream, streamWanted),
		ApprovalTopicOCID:    s.matching("APPROVAL_TOPIC_OCID", "", isTopic, "the OCID of a topic"),
		StreamingEndpoint:    s.matching("STREAMING_ENDPOINT", "", isEndpoint, endpointWanted),
		EventTypePrefix: s.matching("EVENT_TYPE_PREFIX", "senderinvitation", isPrefix,
			"a name of letters and digits with single . - _ between them, at most 200 bytes, such as com.acme.senderinvitation"),
		Auth:                  s.oneOf("AUTH", AuthResourcePrincipal, AuthConfigFile, AuthInstancePrincipal),
		OCIConfigFile:         s.configFile(),
		OCIConfigProfile:      cmp.Or(getenv("OCI_CLI_PROFILE"), "DEFAULT"),
		OrganizationsRegion:   s.matching("ORGANIZATIONS_REGION", "", isRegion, "a region such as us-ashburn-1"),
		OrganizationsEndpoint: s.matching("ORGANIZATIONS_ENDPOINT", "", isEndpoint, endpointWanted),
		NotificationsEndpoint: s.matching("NOTIFICATIONS_ENDPOINT", "", isEndpoint, endpointWanted),
		ConnectTimeout:        s.duration("CONNECT_TIMEOUT", 10*time.Second),
		ReadTimeout:           s.duration("READ_TIMEOUT", time.Minute),
		MaxAttempts:           s.number("MAX_ATTEMPTS", 5, 1, 20),
		Rules:                 getenv("RULES"),
		RulesFile:             getenv("RULES_FILE"),
		HTTPBasePath:          s.matching("HTTP_BASE_PATH", "", isBasePath, "a path such as /v1, without a slash at its end"),
		Commands:              s.commands("COMMANDS"),
		Guardrails: command.Guardrails{
			AllowedRecipients:   s.list("ALLOWED_RECIPIENTS", isTenancyPattern, "tenancy OCIDs, * allowed, separated by commas"),
			DeniedRecipients:    s.list("DENIED_RECIPIENTS", isTenancyPattern, "tenancy OCIDs, * allowed, separated by commas"),
			AllowedEmailDomains: s.list("ALLOWED_EMAIL_DOMAINS", isDomain, "domains such as acme.com, separated by commas"),
			MaxPending:          s.number("MAX_PENDING", 0, 0, 1_000_000),
		},
		ResendExpired: s.number("RESEND_EXPIRED", 0, 0, 10),
		ExpiringDays:  s.number("EXPIRING_DAYS", 0, 0, 29),
		Mode:          s.oneOf("MODE", ModeEnforce, ModeDryRun, ModeHold),
		Concurrency:   s.number("CONCURRENCY", 8, 1, 64),
		LogLevel:      s.level("LOG_LEVEL"),
		FunctionOCID:  s.matching("FN_FN_ID", "/sender-invitations", isURIReference, "a URI reference, such as the function's OCID"),
		Processors:    parseCPUs(getenv("FN_CPUS")),
		Memory:        parseMemory(getenv("FN_MEMORY")),
	}
	s.together(c)
	c.mapping = s.rules(c)
	s.holds(c)
	if c.DeadLetterTopicOCID == "" && c.DeadLetterStreamOCID == "" {
		c.DeadLetterTopicOCID, c.DeadLetterStreamOCID = c.ResultTopicOCID, c.ResultStreamOCID
	}
	c.ApprovalTopicOCID = cmp.Or(c.ApprovalTopicOCID, c.ResultTopicOCID)
	if len(s.wrong) > 0 {
		return c, s.wrong
	}
	return c, nil
}

// configFile returns the path of the configuration file. ~ is the home folder that HOME names, as for the CLI of OCI. The SDK takes that folder
// from the system's list of users instead, which differs in some containers and under sudo. Without HOME that is left to the SDK.
func (s *reader) configFile() string {
	file := cmp.Or(s.getenv("OCI_CONFIG_FILE"), "~/.oci/config")
	rest, inHome := strings.CutPrefix(file+"/", "~/")
	if !inHome || s.getenv("AUTH") != AuthConfigFile {
		return file
	}
	return filepath.Join(cmp.Or(s.getenv("HOME"), "~"), rest)
}

// Names returns the names of all settings, in the order in which they are read.
func Names() (names []string) {
	_, _ = Parse(func(name string) string {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		return ""
	})
	return names
}

const (
	endpointWanted = "https:// and a host, without a path (http:// only with a loopback host)"
	streamWanted   = "the OCID of a stream (to publish nothing, set the topic's setting to none)"
)

// reader reads one variable after another and collects the wrong ones.
type reader struct {
	getenv func(string) string
	wrong  Faults
}

// add reports a wrong setting.
func (s *reader) add(setting, text string) {
	s.wrong = append(s.wrong, Fault{Setting: setting, Text: text})
}

// fail reports a wrong value, or a wrong item of a value.
func (s *reader) fail(name, takes, value string) {
	told := fmt.Sprintf("%s takes %s", name, takes)
	if mayBeTold(value) {
		told += fmt.Sprintf(", not %q", private.Shorten(value))
	}
	if around := ocid.Around(value); around != "" {
		told += ": it has " + around
	}
	s.add(name, told)
}

// mayBeTold reports whether a wrong value may be told: neither what could be an address or a URL with a password, nor a long text, which
// could be a token or a key in the wrong setting.
func mayBeTold(value string) bool {
	const long = 40
	known := strings.HasPrefix(value, "ocid1.") || strings.HasPrefix(value, "http")
	return private.Text(value) == value && (len(value) <= long || known)
}

func (s *reader) matching(name, unset string, valid func(string) bool, takes string) string {
	value := cmp.Or(s.getenv(name), unset)
	if value != "" && !valid(value) {
		s.fail(name, takes, value)
	}
	return value
}

// oneOf reads one of the words. The first is the default.
func (s *reader) oneOf(name string, words ...string) string {
	return s.matching(name, words[0], func(value string) bool { return slices.Contains(words, value) },
		strings.Join(words[:len(words)-1], ", ")+" or "+words[len(words)-1])
}

func (s *reader) number(name string, unset, least, most int) int {
	text := s.getenv(name)
	if text == "" {
		return unset
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < least || value > most {
		s.fail(name, fmt.Sprintf("a whole number from %d to %d", least, most), text)
		return unset
	}
	return value
}

func (s *reader) duration(name string, unset time.Duration) time.Duration {
	text := s.getenv(name)
	if text == "" {
		return unset
	}
	value, err := time.ParseDuration(text)
	if err != nil || value <= 0 || value > time.Hour {
		s.fail(name, "a duration such as 10s or 1m30s, above 0 and at most 1h", text)
	}
	return value
}

func (s *reader) list(name string, valid func(string) bool, takes string) []string {
	text := s.getenv(name)
	if text == "" {
		return nil
	}
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		item = strings.TrimSpace(item)
		if !valid(item) {
			s.fail(name, takes, item)
			return nil
		}
		items = append(items, item)
	}
	return items
}

// commands reads names of operations.
func (s *reader) commands(name string) []string {
	known := command.Names()
	switch s.getenv(name) {
	case "":
		return known
	case None:
		return nil
	}
	return s.list(name, func(item string) bool { return slices.Contains(known, item) }, strings.Join(known, ", ")+", separated by commas, or none")
}

func (s *reader) level(name string) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.oneOf(name, "info", "debug", "warn", "error"))); err != nil {
		return slog.LevelInfo // oneOf has reported it
	}
	return level
}

// together checks the settings that depend on each other.
func (s *reader) together(c Config) {
	if c.ResultTopicOCID == "" && c.ResultStreamOCID == "" {
		s.add("RESULT_TOPIC_OCID", "RESULT_TOPIC_OCID is required: the OCID of the topic for result events, or none; "+
			"or set RESULT_STREAM_OCID and STREAMING_ENDPOINT")
	}
	if c.ResultTopicOCID == None && c.ResultStreamOCID == "" && c.DeadLetterTopicOCID == "" && c.DeadLetterStreamOCID == "" {
		s.add("DEAD_LETTER_TOPIC_OCID", "DEAD_LETTER_TOPIC_OCID is required if RESULT_TOPIC_OCID is none: the OCID of a topic, or none; "+
			"or set DEAD_LETTER_STREAM_OCID and STREAMING_ENDPOINT")
	}
	if c.StreamingEndpoint == "" && (isStream(c.ResultStreamOCID) || isStream(c.DeadLetterStreamOCID)) {
		s.add("STREAMING_ENDPOINT", "STREAMING_ENDPOINT is required with a stream: the messages endpoint that oci streaming admin stream get shows")
	}
	s.exclude("RESULT_TOPIC_OCID", c.ResultTopicOCID, "RESULT_STREAM_OCID", c.ResultStreamOCID)
	s.exclude("DEAD_LETTER_TOPIC_OCID", c.DeadLetterTopicOCID, "DEAD_LETTER_STREAM_OCID", c.DeadLetterStreamOCID)
	s.exclude("RULES", c.Rules, "RULES_FILE", c.RulesFile)
}

// holds reports commands that are to be held although held events go nowhere. The built-in rules hold none.
func (s *reader) holds(c Config) {
	byRule := c.Rules+c.RulesFile != "" && c.mapping != nil && c.mapping().Hold()
	if (c.Mode == ModeHold || byRule) && c.ResultTopicOCID == None && c.ApprovalTopicOCID == "" {
		s.add("APPROVAL_TOPIC_OCID", "APPROVAL_TOPIC_OCID is required if MODE is hold, or a rule holds, and RESULT_TOPIC_OCID is none: the OCID of the topic for held events")
	}
}

// exclude reports two settings of which only one may be set.
func (s *reader) exclude(name, value, other, otherValue string) {
	if value != "" && otherValue != "" {
		s.add(name, name+" and "+other+" exclude each other: set one")
	}
}

// rules compiles the rules that are set. The built-in rules are compiled when an event first needs them, which shortens the start by a
// twentieth.
func (s *reader) rules(c Config) func() rules.Rules {
	name, text := "RULES", []byte(c.Rules)
	if c.RulesFile != "" {
		name = "RULES_FILE"
		var err error
		if text, err = rules.ReadFile(c.RulesFile); err != nil {
			s.add("RULES_FILE", "RULES_FILE takes a file that can be read: "+withoutPath(err).Error())
			return nil
		}
	} else if c.Rules == "" {
		return rules.BuiltIn
	}
	compiled, err := rules.Parse(text)
	if err != nil {
		s.wrong = append(s.wrong, wrongRules(name, err))
	}
	return func() rules.Rules { return compiled }
}

// withoutPath returns the error of reading a file without the path, which may hold anything.
func withoutPath(err error) error {
	if fault, ok := errors.AsType[*fs.PathError](err); ok {
		return fault.Err
	}
	return err
}
