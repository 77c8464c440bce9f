//go:build race

package e2e

// raceFlag builds the function as the tests are built.
var raceFlag = []string{"-race"}
