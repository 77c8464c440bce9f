package main

// row is one line of the table.
type row struct {
	name  string
	goals []goal // the second one, if any, is the one to dream of
}

// goal is what the function should reach: the figure itself, or its ratio to that of a peer, at most or at least.
type goal struct {
	text        string
	to          string // a peer; "": the figure itself
	most, least float64
}

// The rows of what is measured without TLS.
const (
	rowSize        = "binary, MB"
	rowPacked      = "binary, gzip -9, MB"
	rowListening   = "start to listening, ms"
	rowFirst       = "start to first answer, ms"
	rowFirstCPU    = "CPU to first answer, ms"
	rowP50         = "warm p50, ms"
	rowP99         = "warm p99, ms"
	rowCallCPU     = "CPU per call, ms"
	rowSigned      = "signed requests per call"
	rowSignedCPU   = "CPU per signed request, ms"
	rowFirstMemory = "memory after 1 call, MB"
)

func rows() []row {
	return []row{
		{rowSize, nil},
		{rowPacked, []goal{{text: "≤ 4.5 MB", most: 4.5}}},
		{rowListening, nil},
		{rowFirst, []goal{{text: "≤ 1.05 × reference", to: reference, most: 1.05}, {text: "≤ 1.15 × raw", to: raw, most: 1.15}}},
		{rowFirstCPU, []goal{{text: "≤ 1.0 × reference", to: reference, most: 1}, {text: "< 10 ms", most: 10}}},
		{rowP50, nil},
		{rowP99, nil},
		{rowCallCPU, nil},
		{rowSigned, nil},
		{rowSignedCPU, []goal{{text: "≤ 1.0 × reference", to: reference, most: 1}, {text: "≤ 1.10 × raw", to: raw, most: 1.1}}},
		{rowFirstMemory, nil},
	}
}
