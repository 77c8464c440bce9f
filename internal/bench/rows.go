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

// The rows of what is measured over each network.
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
	rowBusy        = "calls/s, 8 at once"
	rowFirstMemory = "memory after 1 call, MB"
	rowMemory      = "memory after many calls, MB"
	rowPeak        = "peak memory after many calls, MB"
)

// The rows of batches.
const (
	rowSingleRate     = "records/s, one by one"
	rowBatchRate      = "records/s, batch"
	rowBatchGain      = "records/s, batch ÷ one by one"
	rowQuarter        = "batch / 4: ms per record"
	rowWhole          = "batch: ms per record"
	rowLinearRecords  = "ms per record, batch ÷ batch / 4"
	rowQuarterHalf    = "batch / 4 beside half of the existing: ms per record"
	rowQuarterFull    = "batch / 4 beside all of the existing: ms per record"
	rowLinearExisting = "that ÷ what it is if linear"
	rowLargePeak      = "peak memory after a batch of 6 MB, MB"
	rowLimitedTime    = "batch, TLS 50 ms and 429: s"
	rowLimitedShare   = "that ÷ (calls × 50 ms ÷ CONCURRENCY)"
	rowLimitedRefused = "refused after the first second, %"
)

var growthRows = []string{rowQuarter, rowWhole, rowLinearRecords, rowQuarterHalf, rowQuarterFull, rowLinearExisting}

// rows are all that can be in the table, in order.
func rows() []row {
	all := []row{{rowSize, nil}, {rowPacked, []goal{{text: "≤ 4.5 MB", most: 4.5}}}}
	for _, n := range []network{plain, near, far, afar} {
		all = append(all, n.goals()...)
	}
	return append(all, []row{
		{rowSingleRate, nil},
		{rowBatchRate, nil},
		{rowBatchGain, []goal{{text: "≥ 1.5", least: 1.5}}},
		{rowQuarter, nil},
		{rowWhole, nil},
		{rowLinearRecords, []goal{{text: "≤ 1.2: linear", most: 1.2}}},
		{rowQuarterHalf, nil},
		{rowQuarterFull, nil},
		{rowLinearExisting, []goal{{text: "≤ 1.2: linear", most: 1.2}}},
		{rowLargePeak, []goal{{text: "≤ 96 MB", most: 96}}},
		{rowLimitedTime, nil},
		{rowLimitedShare, []goal{{text: "≤ 1.3", most: 1.3}}},
		{rowLimitedRefused, []goal{{text: "≤ 5 %", most: 5}}},
	}...)
}

// goals are the rows of a network, with their goals.
func (n network) goals() []row {
	first := []goal{{text: "≤ 1.05 × reference", to: reference, most: 1.05}, {text: "≤ 1.15 × raw", to: raw, most: 1.15}}
	firstCPU := []goal{{text: "≤ 1.0 × reference", to: reference, most: 1}, {text: "< 10 ms", most: 10}}
	signedCPU := []goal{{text: "≤ 1.0 × reference", to: reference, most: 1}, {text: "≤ 1.10 × raw", to: raw, most: 1.1}}
	memory := []goal{{text: "≤ 1.1 × reference", to: reference, most: 1.1}}
	var busy []goal
	if n.tls {
		first, firstCPU, signedCPU, memory = []goal{{text: "≤ 0.8 × reference", to: reference, most: 0.8}}, nil, nil, nil
	}
	if n == near {
		busy = []goal{{text: "≥ 1.5 × reference", to: reference, least: 1.5}}
	}
	if n == afar {
		first = nil
	}
	return []row{
		{n.row(rowListening), nil}, {n.row(rowFirst), first}, {n.row(rowFirstCPU), firstCPU},
		{n.row(rowP50), nil}, {n.row(rowP99), nil}, {n.row(rowCallCPU), nil}, {n.row(rowSigned), nil}, {n.row(rowSignedCPU), signedCPU},
		{n.row(rowBusy), busy}, {n.row(rowFirstMemory), nil}, {n.row(rowMemory), memory}, {n.row(rowPeak), nil},
	}
}
