//go:build race

package main_test

// raceFlag builds the function as the tests are built.
var raceFlag = []string{"-race"}
