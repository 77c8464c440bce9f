package handler_test

import (
	"flag"
	"testing"
)

// TestMain lets more tests run at the same time than there are CPUs, for they wait more than they compute.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "8"); err != nil {
		panic(err)
	}
	m.Run()
}
