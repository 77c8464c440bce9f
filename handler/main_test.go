package handler_test

import (
	"flag"
	"testing"
)

// TestMain runs more tests at a time than there are CPUs, for tests wait more than they compute.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	m.Run()
}
