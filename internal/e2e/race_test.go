//go:build race

package e2e

// raceFlag builds the function with the race detector, if the tests are built with it.
var raceFlag = []string{"-race"}
