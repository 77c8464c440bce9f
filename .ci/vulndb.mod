// The reports of known vulnerabilities that make check uses if no database can be reached. To update them:
// go get -modfile=.ci/vulndb.mod golang.org/x/vulndb@latest
module sender-invitations

go 1.26.0

require golang.org/x/vulndb v0.0.0-20261105234957-e22db6528018
