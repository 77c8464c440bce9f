// Package deploy_test holds what the documents say, and what is in the files beside them, against the source tree.
package deploy_test

// root is the root of the source tree. Each test works there, for the commands of the documents are for there. It goes there by
// itself: go test does not see that a TestMain has changed the folder, and would repeat an old result although a document changed.
const root = ".."
