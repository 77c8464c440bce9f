// Package e2e holds the end-to-end tests: the function as a process on the Fn contract, real SDK clients with real
// signatures, and the emulated OCI of internal/ocitest. It plays the scenarios in testdata, the examples in deploy/examples
// and chaos. It also checks the image, the API description and the layout of the source tree.
//
// The tests run in the root of the source tree.
package e2e
