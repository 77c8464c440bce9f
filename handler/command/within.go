package command

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// usualWithin is the value of within if a poll has none: an invitation lasts 30 days.
const usualWithin = "P31D"

// withinForm is the form of a duration in ISO 8601, with whole numbers: years, months, weeks, days, hours, minutes, seconds.
// It is compiled when a poll first needs it, for most invocations are none.
var withinForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^P(\d{1,4}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?(?:T(\d{1,5}H)?(\d{1,5}M)?(\d{1,5}S)?)?$`)
})

func (c Command) checkWithin() error {
	if c.Within != "" && (!withinForm().MatchString(c.Within) || strings.HasSuffix(c.Within, "P") || strings.HasSuffix(c.Within, "T")) {
		return c.invalid("within", "takes a duration of ISO 8601 with whole numbers, such as P31D or PT12H")
	}
	return nil
}

// Since returns the time that lies within before now: the poll leaves out what ended earlier.
func (c Command) Since(now time.Time) time.Time {
	var numbers [7]int
	for index, part := range withinForm().FindStringSubmatch(cmp.Or(c.Within, usualWithin))[1:] {
		numbers[index], _ = strconv.Atoi(strings.TrimRight(part, "YMWDHS")) // "" is 0
	}
	return now.AddDate(-numbers[0], -numbers[1], -7*numbers[2]-numbers[3]).
		Add(-time.Duration(numbers[4])*time.Hour - time.Duration(numbers[5])*time.Minute - time.Duration(numbers[6])*time.Second)
}
