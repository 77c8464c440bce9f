package handler

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseConfig reads the settings through getenv ([os.Getenv] in the function). Its error names every wrong setting,
// and what it takes, in one line.
func ParseConfig(getenv func(string) string) (Config, error) {
	s := &settings{getenv: getenv}
	c := Config{
		CompartmentOCID:       s.matching("COMPARTMENT_OCID", "", isTenancy, "the OCID of a tenancy"),
		ResultTopicOCID:       s.matching("RESULT_TOPIC_OCID", "", isTopicOrNone, "the OCID of a topic, or none"),
		DeadLetterTopicOCID:   s.matching("DEAD_LETTER_TOPIC_OCID", "", isTopicOrNone, "the OCID of a topic, or none"),
		EventTypePrefix:       s.matching("EVENT_TYPE_PREFIX", "senderinvitation", isPrefix, "a name such as com.acme.senderinvitation"),
		Auth:                  s.oneOf("AUTH", AuthResourcePrincipal, AuthConfigFile, AuthInstancePrincipal),
		OCIConfigFile:         cmp.Or(getenv("OCI_CONFIG_FILE"), "~/.oci/config"),
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
		AllowedRecipients:     s.list("ALLOWED_RECIPIENTS", isOCIDPattern, "tenancy OCIDs, * allowed, separated by commas"),
		DeniedRecipients:      s.list("DENIED_RECIPIENTS", isOCIDPattern, "tenancy OCIDs, * allowed, separated by commas"),
		AllowedEmailDomains:   s.list("ALLOWED_EMAIL_DOMAINS", isDomain, "domains such as acme.com, separated by commas"),
		MaxPending:            s.number("MAX_PENDING", 0, 0, 1_000_000),
		Mode:                  s.oneOf("MODE", ModeEnforce, ModeDryRun),
		Concurrency:           s.number("CONCURRENCY", 8, 1, 64),
		LogLevel:              s.level("LOG_LEVEL"),
		FunctionOCID:          cmp.Or(getenv("FN_FN_ID"), "/sender-invitations"),
	}
	s.together(c)
	c.rules = s.rules(c)
	s.unbuilt()
	if len(s.wrong) > 0 {
		return c, errors.New("wrong settings: " + strings.Join(s.wrong, "; "))
	}
	c.DeadLetterTopicOCID = cmp.Or(c.DeadLetterTopicOCID, c.ResultTopicOCID)
	return c, nil
}

const endpointWanted = "https:// and a host, without a path; http:// for a loopback host only"

// settings reads one variable after another and collects what is wrong with them.
type settings struct {
	getenv func(string) string
	wrong  []string
}

func (s *settings) fail(name, takes string) {
	value := s.getenv(name)
	if len(value) > 40 {
		value = value[:40] + "…"
	}
	s.wrong = append(s.wrong, fmt.Sprintf("%s takes %s, not %q", name, takes, value))
}

func (s *settings) matching(name, unset string, valid func(string) bool, takes string) string {
	value := cmp.Or(s.getenv(name), unset)
	if value != "" && !valid(value) {
		s.fail(name, takes)
	}
	return value
}

// oneOf takes one of the words; the first is the default.
func (s *settings) oneOf(name string, words ...string) string {
	return s.matching(name, words[0], func(value string) bool { return slices.Contains(words, value) },
		strings.Join(words[:len(words)-1], ", ")+" or "+words[len(words)-1])
}

func (s *settings) number(name string, unset, least, most int) int {
	text := s.getenv(name)
	if text == "" {
		return unset
	}
	value, err := strconv.Atoi(text)
	if err != nil || value < least || value > most {
		s.fail(name, fmt.Sprintf("a whole number from %d to %d", least, most))
	}
	return value
}

func (s *settings) duration(name string, unset time.Duration) time.Duration {
	text := s.getenv(name)
	if text == "" {
		return unset
	}
	value, err := time.ParseDuration(text)
	if err != nil || value <= 0 || value > time.Hour {
		s.fail(name, "a duration such as 10s or 1m30s, at most 1h")
	}
	return value
}

func (s *settings) list(name string, valid func(string) bool, takes string) []string {
	text := s.getenv(name)
	if text == "" {
		return nil
	}
	var items []string
	for item := range strings.SplitSeq(text, ",") {
		items = append(items, strings.TrimSpace(item))
	}
	if !slices.ContainsFunc(items, func(item string) bool { return !valid(item) }) {
		return items
	}
	s.fail(name, takes)
	return nil
}

func (s *settings) level(name string) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.oneOf(name, "info", "debug", "warn", "error"))); err != nil {
		return slog.LevelInfo // already told
	}
	return level
}

// together checks the settings that depend on each other.
func (s *settings) together(c Config) {
	if c.ResultTopicOCID == "" {
		s.wrong = append(s.wrong, "RESULT_TOPIC_OCID is required: the OCID of the topic for result events, or none")
	}
	if c.ResultTopicOCID == None && c.DeadLetterTopicOCID == "" {
		s.wrong = append(s.wrong, "DEAD_LETTER_TOPIC_OCID is required where RESULT_TOPIC_OCID is none: the OCID of a topic, or none")
	}
	if c.Rules != "" && c.RulesFile != "" {
		s.wrong = append(s.wrong, "RULES and RULES_FILE exclude each other: set one")
	}
}

// rules compiles the rules that are set, else the built-in ones.
func (s *settings) rules(c Config) []rule {
	name, text := "built-in rules", builtInRules
	if c.RulesFile != "" {
		name = "RULES_FILE"
		var err error
		if text, err = os.ReadFile(c.RulesFile); err != nil {
			s.wrong = append(s.wrong, "RULES_FILE takes a file that can be read: "+err.Error())
			return nil
		}
	} else if c.Rules != "" {
		name, text = "RULES", []byte(c.Rules)
	}
	rules, err := compileRules(text)
	if err != nil {
		s.wrong = append(s.wrong, name+": "+strings.Join(strings.Fields(err.Error()), " "))
	}
	return rules
}

// notBuilt are the settings that nothing reads yet, with their defaults. A value that has no effect must not look as
// if it had one.
var notBuilt = map[string]string{
	"ALLOWED_EMAIL_DOMAINS": "", "ALLOWED_RECIPIENTS": "", "CONCURRENCY": "8", "DENIED_RECIPIENTS": "",
	"MAX_ATTEMPTS": "5", "MAX_PENDING": "0", "MODE": ModeEnforce,
}

func (s *settings) unbuilt() {
	var names []string
	for name, unset := range notBuilt {
		if value := s.getenv(name); value != "" && value != unset {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		s.wrong = append(s.wrong, name+" has no effect in this version: leave it unset")
	}
}

func isTopicOrNone(value string) bool { return value == None || isOCID(value, "onstopic") }

var (
	prefixForm = regexp.MustCompile(`^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$`)
	regionForm = regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*$`)
	pathForm   = regexp.MustCompile(`^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$`)
	domainForm = regexp.MustCompile(`^([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+$`)
)

func isPrefix(value string) bool   { return len(value) <= 200 && prefixForm.MatchString(value) }
func isRegion(value string) bool   { return regionForm.MatchString(value) }
func isBasePath(value string) bool { return pathForm.MatchString(value) }
func isDomain(value string) bool   { return domainForm.MatchString(value) }

func isEndpoint(value string) bool {
	endpoint, err := url.Parse(value)
	if err != nil || endpoint.Hostname() == "" || endpoint.User != nil || strings.ContainsAny(value, "?#") || endpoint.Path != "" {
		return false
	}
	return endpoint.Scheme == "https" || endpoint.Scheme == "http" && isLoopback(endpoint.Hostname())
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
