# `make` alone prints the targets. Needs Python 3.11 or newer, make and git; everything else is installed into .venv and
# .local, once per set of requirements.

# Where it is set, every process would compile all packages again.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 4566
PYTHON ?= python3
RUNTIME ?= 3.13
BIN := .venv/bin
# Of another interpreter than the one that was named, .venv is made anew.
RUN := @exec sh local/until_interrupted.sh
INSTALLER := $(RUN) $(PYTHON) local/install.py $(if $(filter file,$(origin PYTHON)),,--chosen)
# What starts programs in the background besides.
GUARD := $(RUN) $(BIN)/python -m local.guard
DEV := install-dev
SAM := install-sam
AUDIT := install-audit
MUTANTS := install-mutants
CHECKOV := install-checkov
# Stopping and removing need no more than a Python; on a fresh clone there is no other.
ANY_PYTHON = $(shell test -x $(BIN)/python && echo $(BIN)/python || echo "$(PYTHON)")

ifeq ($(OS),Windows_NT)
$(error Emulator and SAM need Linux or macOS. On Windows, work in WSL 2, in a folder of its own file system)
endif

# The layer's and the functions' builds take it from here.
export PYTHON

.DEFAULT_GOAL := help

help:  ## print this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install  ## bring the local cloud up, make the product's calls, stay until Ctrl-C (PORT=4566, VERBOSE=1, HTTPS=1)
	$(RUN) $(BIN)/python -m local run --port "$(PORT)" $(if $(ONCE),--once) $(if $(VERBOSE),--verbose) $(if $(HTTPS),--https)

up: install  ## start the local cloud, deploy the template, load the sample store (STORE=my_store); again: update in place
	$(RUN) $(BIN)/python -m local up --port "$(PORT)" $(if $(HTTPS),--https)

down:  ## stop the local cloud
	$(RUN) $(ANY_PYTHON) -m local down

test: install  ## all tests; the end-to-end ones deploy to the local cloud
	$(GUARD) env PORT="$(PORT)" $(BIN)/pytest --numprocesses auto

faults: install  ## every fault at every request of every operation; writes the tables of docs/reliability.md
	$(GUARD) env FAULTS=all $(BIN)/pytest --numprocesses 0 tests/faults

test-on: $(DEV)  ## unit, property and contract tests on another interpreter (PYTHON_UNDER_TEST=python3.13)
	$(RUN) $(BIN)/uv venv --quiet --allow-existing --python $(PYTHON_UNDER_TEST) .local/venvs/under-test
	$(RUN) $(BIN)/uv pip sync --quiet --require-hashes --python .local/venvs/under-test/bin/python requirements/dev.txt
	$(GUARD) .local/venvs/under-test/bin/python -m pytest --numprocesses auto tests/unit tests/property tests/contract

check: $(DEV) $(SAM) $(CHECKOV)  ## format, lint, types, security, walls between packages, template, generated documents
	$(GUARD) sh -exc ' \
		$(BIN)/ruff format --check .; \
		$(BIN)/ruff check .; \
		$(BIN)/mypy; \
		$(BIN)/bandit --quiet --configfile pyproject.toml --recursive layers/commerce/commerce functions layer_build backoffice; \
		PYTHONPATH=. $(BIN)/lint-imports --no-logo; \
		SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 .local/venvs/sam/bin/sam validate --lint; \
		$(BIN)/cfn-lint template.yaml; \
		$(BIN)/python -m local.wiring --check; \
		$(BIN)/python -m local.openapi --check; \
		$(BIN)/python -m local.store_files --check; \
		$(BIN)/openapi-spec-validator docs/openapi.json; \
		$(BIN)/python -m local.scan; \
		$(BIN)/python -m local.limits'
	@command -v npm >/dev/null || echo "NOT CHECKED: docs/openapi.json was not linted; that needs Node.js with npm" >&2
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory lint

lint: install-lint  ## lint docs/openapi.json, as part of `make check`; needs Node.js
	$(GUARD) env REDOCLY_TELEMETRY=off .local/lint/node_modules/.bin/redocly lint --config local/openapi/redocly.yaml docs/openapi.json

audit: $(AUDIT)  ## look up known vulnerabilities of every pinned package (needs the network)
	$(GUARD) sh -ec 'for pinned in layer runtime dev local sam bench tools; do \
		echo "[audit] requirements/$$pinned.txt"; \
		.local/venvs/audit/bin/pip-audit --progress-spinner off --strict --require-hashes --disable-pip --requirement requirements/$$pinned.txt; \
	done'

mutants: $(DEV) $(MUTANTS)  ## change what decides at one spot at a time, see which test notices; writes docs/reliability.md (ROOMS="pricing storage")
	$(GUARD) $(BIN)/python -m tools.mutants $(if $(AGAIN),--again) $(ROOMS)

endpoints: $(DEV)  ## write what the route table says into template.yaml and docs/openapi.json
	$(RUN) $(BIN)/python -m local.wiring
	$(RUN) $(BIN)/python -m local.openapi

bench: install  ## measure against a plain handler, frameworks and an older cart; writes docs/ (QUICK=1: a look, CART=1: the cart alone)
	$(if $(CART),,$(GUARD) env PYTHONPATH=layers/commerce:. $(BIN)/python -m bench $(if $(QUICK),--quick))
	$(GUARD) env PYTHONPATH=layers/commerce:. $(BIN)/python -m bench.cart $(if $(QUICK),--quick) $(if $(LINES),--lines "$(LINES)")
	$(if $(CART),,$(GUARD) env PYTHONPATH=layers/commerce:. $(BIN)/python -m bench.cost $(if $(QUICK),--quick))

fuzz: install  ## 100,000 generated requests: over HTTP on the local cloud, and gateway events in-process (FUZZ=40)
	$(GUARD) env FUZZ=$(or $(FUZZ),40) PORT="$(PORT)" $(BIN)/pytest --numprocesses auto tests/end_to_end/test_described.py tests/fuzz

load: install  ## the five calls by many shoppers on the local cloud (MINUTES=3)
	$(GUARD) $(BIN)/python -m local.load --port "$(PORT)" --minutes $(or $(MINUTES),3)

pages: install install-browser  ## the local cloud's pages in a headless browser; needs Chromium and its driver
	$(GUARD) env PYTHONPATH=.local/browser PORT="$(PORT)" $(BIN)/pytest tests/pages

clients: install install-collection  ## the generated clients and the collection of examples/ against the local cloud; needs Node.js
	$(GUARD) env PORT="$(PORT)" $(BIN)/pytest tests/clients

sam-local: install  ## every event in events/ through `sam local invoke` (needs a container engine; RUNTIME=3.13)
	$(GUARD) env RUNTIME=$(RUNTIME) $(BIN)/pytest tests/sam_local

engine: $(DEV)  ## start a container engine for sam-local where there is none (Linux, root; INSTALL=1, RUNTIME=3.13)
	$(GUARD) $(BIN)/python -m tools.container_engine up $(RUNTIME) $(if $(INSTALL),--install)

engine-down:  ## stop it
	$(RUN) $(ANY_PYTHON) -m tools.container_engine down

deploy: $(SAM)  ## check, build and deploy to AWS with your credentials (STACK=name CONFIG=prod PARAMETERS="LogLevel=DEBUG" YES=1)
	@$(if $(STACK),,$(error Which stack? make deploy STACK=commerce [CONFIG=prod] [PARAMETERS="Name=value …"]))
	$(RUN) $(BIN)/python -m backoffice.deploy --stack "$$STACK" --config "$${CONFIG:-default}" --parameters "$$PARAMETERS" $(if $(YES),--yes)

smoke: $(DEV)  ## the five calls at a deployed stack, by users that go again (STACK=name URL=https://…)
	@$(if $(STACK),,$(error Which stack? make smoke STACK=commerce))
	$(RUN) $(BIN)/python -m backoffice smoke --stack "$$STACK" $(if $(URL),--url "$$URL")

clean:  ## stop the local cloud and remove everything that was installed or built
	@$(ANY_PYTHON) -m local down
	@$(ANY_PYTHON) -m tools.container_engine down
	rm -rf .local .aws-sam .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

install:  ## install what the targets need, once (PYTHON=python3.13)
	$(INSTALLER)

install-%:
	$(INSTALLER) $*

requirements:  ## pin the newest releases that *.in and package.json allow
	$(GUARD) sh -ec 'for stem in $(addprefix requirements/,tools layer dev local sam bench runtime audit mutants checkov browser pages) examples/python/requirements; do \
		$(BIN)/uv pip compile --quiet $$(test $$stem != requirements/pages || echo --no-deps) --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-header --no-annotate $$stem.in -o $$stem.txt; \
	done; \
	for folder in requirements/collection requirements/lint examples/typescript; do \
		npm update --prefix $$folder --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund; \
	done'

.PHONY: help run up down pages clients test faults test-on check lint audit mutants endpoints bench fuzz load sam-local engine engine-down deploy smoke clean install requirements
