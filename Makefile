# Targets for people and for CI. To run and to test the function you need Go and make. The race detector also needs a C compiler,
# the scripts in .ci and the tests of the documents need bash, the image needs docker or podman.

BIN     := bin/sender-invitations
LOCAL   := bin/local
LICENSES := bin/licenses
EVENT   ?= testdata/events/signup.json
VERSION ?= dev
IMAGE   ?= sender-invitations:$(VERSION)
FUZZTIME ?= 60s
FUZZ    ?= ./...
BENCHTIME ?= 1s
BENCHED ?= ./...
# For make chaos. Each seed takes forty minutes.
SEEDS   ?= 1 2 3
DELIVERIES ?= 10000
EVENTS  ?= 500
KILLS   ?= 50
POLLS   ?= 2000
# The Go release that go.mod names builds everything, so that the function has that release's fixes of the standard library. If it
# cannot be downloaded, the installed Go is used, with a warning. TOOLCHAIN=local downloads no Go.
TOOLCHAIN := $(shell sed -n 's/^toolchain //p' go.mod)
ifneq ($(filter-out help,$(MAKECMDGOALS)),)
ifeq ($(shell GOTOOLCHAIN=$(TOOLCHAIN) go env GOVERSION 2>/dev/null),$(TOOLCHAIN))
export GOTOOLCHAIN := $(TOOLCHAIN)
else
export GOTOOLCHAIN := local
$(warning $(shell GOTOOLCHAIN=local go env GOVERSION) is used, not the Go that go.mod names: the build lacks the security fixes of \
	that release)
endif
endif
# The race detector needs cgo, which Go turns off if there is no C compiler.
RACE    := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
TOOL    := go tool -modfile=.ci/tools.mod

.DEFAULT_GOAL := help
.PHONY: help run demo invoke doctor rules-check test test-short test-clients test-browser screenshot browser chaos update fuzz bench bench-test bench-go check build \
	function licenses reproducible image image-test pin stack terraform-check

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## run the local stack until Ctrl-C: emulated OCI, function, gateway; PORT=8080
	@$(LOCAL) -function $(BIN) -event $(EVENT)

demo: build ## play one sample signup to its end in the local stack, then stop it: MODE=hold
	@$(LOCAL) -function $(BIN) -event $(EVENT) -demo

invoke: build ## send EVENT=file to a running stack, as OCI Events would
	@$(LOCAL) -invoke $(EVENT)

doctor: build ## check the settings in the environment, credentials, Organizations, topics or streams: AUTH=config_file RESULT_TOPIC_OCID=…
	@$(BIN) doctor

rules-check: ## show the commands that RULES_FILE=rules.yaml, or the built-in rules, make of EVENT=file; calls nothing
	@RULES_FILE='$(RULES_FILE)' go run ./internal/rulescheck $(EVENT)

test: ## run all tests
	@test -n "$(RACE)" || echo "no C compiler: the tests run without the race detector"
	go test $(RACE) -timeout 30m ./...

test-short: ## run the tests without the race detector and chaos, in less than half the time
	@echo "not run: the race detector and chaos (make test), the trial run of the benchmark (make bench-test)"
	go test -short -timeout 30m ./...

test-clients: ## run Oracle's SDKs for Go and Node.js against the function; needs Node.js 20 and npm
	@command -v npm >/dev/null || { echo "make test-clients needs Node.js 20 or later, and npm"; exit 1; }
	npm ci --prefix testdata/clients
	go test $(RACE) -tags clients -count=1 -run Clients ./internal/e2e

test-browser: build browser ## test the console of the local stack in Chromium; needs Node.js 20, npm and Chromium, or CHROMIUM=path
	node --test --test-concurrency=3 testdata/browser/*.test.mjs

screenshot: build browser ## take the pictures of the console that the documents show; needs what test-browser needs
	node testdata/browser/screenshot.mjs docs/console

browser:
	@command -v npm >/dev/null || { echo "make test-browser and make screenshot need Node.js 20 or later, and npm"; exit 1; }
	npm ci --prefix testdata/browser

chaos: ## deliver and poll thousands of times while OCI fails, a topic or stream is at its limit, processes are killed: SEEDS="1 2 3" DELIVERIES=10000 EVENTS=500 KILLS=50 POLLS=2000
	@for number in $(SEEDS) $(DELIVERIES) $(EVENTS) $(KILLS) $(POLLS); do case $$number in *[!0-9]*) \
		echo "make chaos takes whole numbers for SEEDS, DELIVERIES, EVENTS, KILLS and POLLS, not $$number"; exit 2;; esac; done
	@test -n "$(strip $(SEEDS))" || { echo "make chaos needs at least one seed in SEEDS"; exit 2; }
	@for seed in $(SEEDS); do \
		go test $(RACE) -count=1 -timeout 2h -run Chaos -v ./internal/e2e -chaos.seed=$$seed -chaos.deliveries=$(DELIVERIES) -chaos.events=$(EVENTS) -chaos.kills=$(KILLS) -chaos.polls=$(POLLS) || exit 1; \
	done
	go test $(RACE) -count=1 -timeout 1h -run HardLists -v ./internal/e2e -chaos.wait

update: ## rewrite the expected results of the scenarios, examples and decodings; review the diff
	go test ./internal/e2e -run 'Scenarios|Examples' -update
	go test ./events -run Corpus -update

fuzz: ## search for input that breaks a decoder: FUZZTIME=60s for each target of FUZZ=./...
	@for package in $$(go list $(FUZZ)); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			go test -run='^$$' -fuzz="^$$target$$" -fuzztime=$(FUZZTIME) $$package || exit 1; \
		done; \
	done

bench: ## compare the function with three peers from end to end; takes minutes: BENCH="-only start -rounds 20"
	@go run ./internal/bench $(BENCH)

bench-test: ## run a very short make bench, to test the benchmark itself
	go test $(RACE) -tags bench -count=1 -run '^TestRun$$' ./internal/bench

bench-go: ## run the Go benchmarks, with output for benchstat; takes minutes: BENCHED=./... BENCHTIME=1s
	go test -run='^$$' -bench=. -benchmem -benchtime=$(BENCHTIME) $(BENCHED)

check: function ## check formatting, vet, staticcheck, workflows, known vulnerabilities, go.mod, and checksums of the modules
	@unformatted=$$(gofmt -l .); test -z "$$unformatted" || { echo "not formatted (gofmt -w): $$unformatted"; exit 1; }
	go vet -tags clients,bench ./...
	go mod tidy -diff
	go mod verify
	go mod verify -modfile=.ci/tools.mod
	go mod verify -modfile=.ci/image.mod
	$(TOOL) staticcheck -tags clients,bench ./...
	$(TOOL) actionlint -shellcheck= -pyflakes= .github/workflows/*.yml
	@.ci/vulncheck $(BIN) $(TOOL) govulncheck

build: function ## build the function and the local stack into bin/
	@go build -o $(LOCAL) ./internal/local

function: ## build the function alone; the same source and Go give the same bytes in any folder
	@CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o $(BIN) .

licenses: function ## collect the licences of what is linked into the function, and an SBOM, in bin/licenses
	@rm -rf bin/licenses
	@.ci/licenses $(BIN) $(LICENSES) $(VERSION)

reproducible: ## build the function twice, the second time in another folder with an empty cache, and compare
	@.ci/reproducible

export VERSION IMAGE ENGINE PLATFORM BUILD_FLAGS # for .ci/image

image: ## build the container image; needs docker or podman: VERSION=1.0.0 IMAGE=name:tag PLATFORM=linux/arm64 ENGINE=podman BUILD_FLAGS=…
	@.ci/image build

image-test: ## build and check the image, and send it the sample and the worst deliveries, confined as on OCI
	@.ci/image test

pin: ## look up the digest of the image that builds the function, and write it into the Dockerfile: MIRROR=host/path DIGEST=sha256:…
	@MIRROR='$(MIRROR)' DIGEST='$(DIGEST)' .ci/pin

stack: ## pack deploy/terraform for OCI Resource Manager into bin/
	@go run ./internal/stackzip bin/sender-invitations-stack.zip

terraform-check: ## check deploy/terraform with a stand-in for Oracle's provider; needs Terraform 1.6
	@.ci/terraform
