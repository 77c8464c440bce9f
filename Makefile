# Targets for people and for CI. Go and make are all that is needed; a C compiler too for the race detector.

BIN     := bin/sender-invitations
LOCAL   := bin/local
EVENT   ?= testdata/events/signup.json
VERSION ?= dev
# The race detector needs cgo, which Go turns off where there is no C compiler.
RACE    := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
TOOL    := go tool -modfile=.ci/tools.mod

.DEFAULT_GOAL := help
.PHONY: help run demo invoke test update fuzz check build

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## run the local stack until Ctrl-C: emulated OCI, function, gateway; PORT=8080
	@$(LOCAL) -function $(BIN) -event $(EVENT)

demo: build ## play one sample signup through the local stack and end
	@$(LOCAL) -function $(BIN) -event $(EVENT) -demo

invoke: build ## send EVENT=file to a running stack, as OCI Events would
	@$(LOCAL) -invoke $(EVENT)

test: ## run all tests
	@test -n "$(RACE)" || echo "no C compiler: the tests run without the race detector"
	go test $(RACE) ./...

update: ## rewrite the wanted answers of the scenarios and decodings; read the diff
	go test . -run Scenarios -update
	go test ./events -run Corpus -update

fuzz: ## look a minute for input that breaks the decoder
	go test -run='^$$' -fuzz=FuzzDecode -fuzztime=60s ./events

check: ## formatting, vet, staticcheck, known vulnerabilities, tidy modules
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted (gofmt -w): $$unformatted"; exit 1; }
	go vet ./...
	go mod tidy -diff
	$(TOOL) staticcheck ./...
	@.ci/vulncheck $(TOOL) govulncheck ./...

build: ## build the function and the local stack into bin/
	@CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) .
	@go build -o $(LOCAL) ./internal/local
