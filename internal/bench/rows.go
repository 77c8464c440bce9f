package main

// row is one line of the table.
type row struct {
	name      string
	goals     []goal // a second goal is a stretch goal
	elsewhere string // where the row is measured, if not here
}

// goal bounds a figure of the function, or its ratio to a peer's figure.
type goal struct {
	text        string
	to          string // a peer; "": the figure itself
	most, least float64
}

// The rows of the binary (rowSize and rowPacked) and of the places.
const (
	rowSize        = "binary, MB"
	rowPacked      = "binary, gzip -9, MB"
	rowListening   = "start to listening, ms"
	rowFirst       = "start to first answer, ms"
	rowFirstCPU    = "CPU to first answer, ms"
	rowFirstMemory = "memory after 1 call, MB"
	rowP50         = "warm p50, ms"
	rowP99         = "warm p99, ms"
	rowCallCPU     = "CPU per call, ms"
	rowSigned      = "signed requests per call"
	rowSignedCPU   = "CPU per signed request, ms"
	rowWarmMemory  = "memory after warm calls, MB"
	rowBusy        = "calls/s, 8 at once"
	rowMemory      = "memory after 2,000 calls, MB"
	rowPeak        = "peak memory of 2,000 calls, MB"
)

// The rows of batches.
const (
	rowSingleRate     = "records/s, one by one"
	rowBatchRate      = "records/s, batch of 1,000"
	rowBatchGain      = "÷ one by one"
	rowBatchCalls     = "calls to OCI, batch of 1,000"
	rowQuarter        = "CPU per record, batch of 250, ms"
	rowWhole          = "CPU per record, batch of 1,000, ms"
	rowLinearRecords  = "÷ batch of 250"
	rowQuarterHalf    = "CPU per record, 250 beside 2,500, ms"
	rowQuarterFull    = "CPU per record, 250 beside 5,000, ms"
	rowLinearExisting = "÷ linear from none and 2,500"
	rowFullCalls      = "calls to OCI, 250 beside 5,000"
	rowLargePeak      = "peak memory, batch of 6 MB, MB"
	rowSlightTime     = "batch of 1,000, 429 past 140/s + 20, s"
	rowSlightShare    = "÷ (calls × 50 ms ÷ 8)"
	rowSlightRefused  = "429 past 140/s after the first second, %"
	rowStrictTime     = "batch of 1,000, 429 past 100/s + 20, s"
	rowStrictShare    = "÷ ((calls − 20) ÷ 100/s)"
	rowStrictRefused  = "429 past 100/s after the first second, %"
)

// The rows of scale. All but those of a list are for each number of processes.
const (
	rowTopicRate     = "events/s, topic at its limit"
	rowTopicRefused  = "calls/s that the topic refuses"
	rowStreamRate    = "events/s, stream"
	rowStreamGrowth  = "8 processes ÷ 1"
	rowOnePartition  = "records/s, batch of 1,000 into a stream of 1 partition"
	rowTwoPartitions = "records/s, batch of 1,000 into a stream of 2 partitions"
	rowStreamGain    = "÷ into a topic without a limit"
)

var (
	growthRows      = []string{rowQuarter, rowWhole, rowLinearRecords, rowQuarterHalf, rowQuarterFull, rowLinearExisting, rowFullCalls}
	slightRows      = []string{rowSlightTime, rowSlightShare, rowSlightRefused}
	streamBatchRows = []string{rowOnePartition, rowTwoPartitions, rowStreamGain}
	strictRows      = []string{rowStrictTime, rowStrictShare, rowStrictRefused}
)

// allocations names the benchmark that measures the function's allocations.
const allocations = "make bench-go, B/request of BenchmarkEvent"

// rows returns all rows of the table, in order.
func rows() []row {
	all := []row{{name: rowSize}, {name: rowPacked, goals: []goal{{text: "≤ 4.5 MB", most: 4.5}}}}
	for _, at := range places {
		all = append(all, at.table()...)
	}
	all = append(all, []row{
		{name: rowSingleRate},
		{name: rowBatchRate},
		{name: rowBatchGain, goals: []goal{{text: "≥ 1.5", least: 1.5}}},
		{name: rowBatchCalls},
		{name: rowQuarter},
		{name: rowWhole},
		{name: rowLinearRecords, goals: []goal{{text: "≤ 1.2: linear", most: 1.2}}},
		{name: rowQuarterHalf},
		{name: rowQuarterFull},
		{name: rowLinearExisting, goals: []goal{{text: "≤ 1.2: linear", most: 1.2}}},
		{name: rowFullCalls},
		{name: rowLargePeak, goals: []goal{{text: "≤ 96 MB", most: 96}}},
		{name: afar.row(rowSlightTime)},
		{name: afar.row(rowSlightShare), goals: []goal{{text: "≤ 1.3", most: 1.3}}},
		{name: afar.row(rowSlightRefused), goals: []goal{{text: "≤ 5 %", most: 5}}},
		{name: afar.row(rowStrictTime)},
		{name: afar.row(rowStrictShare)},
		{name: afar.row(rowStrictRefused), goals: []goal{{text: "≤ 5 %", most: 5}}},
		{name: "first answer of Node.js and Python", goals: []goal{{text: "≥ 25 × the function's"}}, elsewhere: "not measured here"},
		{name: "allocated per request, own code, KB", goals: []goal{{text: "≤ 35"}}, elsewhere: allocations},
	}...)
	return append(all, scaleTable()...)
}

// scaleTable returns the rows of scale, with their goals. A topic takes one event a second, however many processes share it. At the end of
// the measurement, a process that waits can have left a second or two of it unused.
func scaleTable() (rows []row) {
	goals := map[string][]goal{
		rowStreamGrowth: {{text: "≥ 6", least: 6}},
		rowStreamGain:   {{text: "≥ 0.9", least: 0.9}},
	}
	for _, name := range scaleRows(rowTopicRate) {
		goals[name] = []goal{{text: "0.8 to 1.1", least: 0.8, most: 1.1}}
	}
	for _, m := range scaleMeasures() {
		for _, name := range m.rows {
			rows = append(rows, row{name: m.place.row(name), goals: goals[name]})
		}
	}
	return rows
}

// table returns the rows of a place, with their goals.
func (at place) table() []row {
	goals := map[string][]goal{
		rowFirst:     {{text: "≤ 1.05 × reference", to: reference, most: 1.05}, {text: "≤ 1.15 × raw", to: raw, most: 1.15}},
		rowFirstCPU:  {{text: "≤ 1.0 × reference", to: reference, most: 1}, {text: "< 10 ms", most: 10}},
		rowSignedCPU: {{text: "≤ 1.0 × reference", to: reference, most: 1}, {text: "≤ 1.10 × raw", to: raw, most: 1.1}},
		rowMemory:    {{text: "≤ 1.1 × reference", to: reference, most: 1.1}},
	}
	switch at {
	case near:
		goals = map[string][]goal{
			rowFirst: {{text: "≤ 0.8 × reference", to: reference, most: 0.8}},
			rowBusy:  {{text: "≥ 1.5 × reference", to: reference, least: 1.5}},
		}
	case far:
		goals = map[string][]goal{rowFirst: {{text: "≤ 0.8 × reference", to: reference, most: 0.8}}}
	case afar:
		goals = nil
	}
	var rows []row
	for _, m := range at.measures() {
		for _, name := range m.rows {
			rows = append(rows, row{name: at.row(name), goals: goals[name]})
		}
	}
	return rows
}
