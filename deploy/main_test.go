// Package deploy_test checks the documents in deploy, and the files beside them, against the source tree.
package deploy_test

// root is the root of the source tree. Each test works there, as the commands of the documents do. It changes the folder by itself,
// for go test does not see what TestMain does and would repeat an old result although a document has changed.
const root = ".."
