package main

import (
	"errors"
	"testing"
)

func TestMarkdown(t *testing.T) {
	var r results
	m := measure{place: near, rows: []string{"p50, ms", "answers/s"}}
	for round, factor := range []float64{1, 10, 2} { // the second round was slow for all
		r.add(round, raw, m, figures{"p50, ms": 4 * factor, "answers/s": 100}, nil)
		r.add(round, reference, m, figures{"p50, ms": 5 * factor, "answers/s": 50}, nil)
		r.add(round, byEvent, m, figures{"p50, ms": 6 * factor, "answers/s": 80}, nil)
		r.add(round, byHTTP, m, figures{"p50, ms": 4.5 * factor}, nil)
	}
	r.add(3, byHTTP, m, nil, errors.New("it ended"))
	got := r.markdown([]row{
		{name: "TLS: p50, ms", goals: []goal{{text: "≤ 1.2 × reference", to: reference, most: 1.2}, {text: "< 13 ms", most: 13}}},
		{name: "TLS: answers/s", goals: []goal{{text: "≥ 1.5 × reference", to: reference, least: 1.5}}},
		{name: "nothing of this"},
		{name: "nor of this", goals: []goal{{text: "≤ 1"}}, elsewhere: "not measured here"},
	})
	const want = `
| measure        | hello | raw  | reference | function, event | function, http | to reference | to raw      | goal                        | met                 |
|----------------|-------|------|-----------|-----------------|----------------|--------------|-------------|-----------------------------|---------------------|
| TLS: p50, ms   | –     | 8.00 | 10.0      | 12.0            | 9.00 failed    | 1.20 / 0.90  | 1.50 / 1.12 | ≤ 1.2 × reference (< 13 ms) | yes (yes) / no (no) |
| TLS: answers/s | –     | 100  | 50.0      | 80.0            | failed         | 1.60         | 0.80        | ≥ 1.5 × reference           | yes / no            |
| nor of this    | –     | –    | –         | –               | –              | –            | –           | ≤ 1                         | not measured here   |

TLS: p50, ms, function, http: it ended

TLS: answers/s, function, http: it ended
`
	if "\n"+got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestNumber(t *testing.T) {
	for value, want := range map[float64]string{0: "0.00", 0.126: "0.13", 9.994: "9.99", 10: "10.0", 99.94: "99.9", 100.4: "100", 18750: "18750"} {
		if got := number(value); got != want {
			t.Errorf("%v: %s, want %s", value, got, want)
		}
	}
}
