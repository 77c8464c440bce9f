// The reports of known vulnerabilities that make check falls back on. For newer ones:
// go get -modfile=.ci/vulndb.mod golang.org/x/vulndb@latest
module sender-invitations

go 1.26.0

require golang.org/x/vulndb v0.0.0-20261105234957-e22db6528018
