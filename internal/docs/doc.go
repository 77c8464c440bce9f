// Package docs reads the Markdown documents of this repository for tests. Its own tests check the documents against the source
// tree: links, headings, commands, files, settings, outcomes and codes.
package docs
