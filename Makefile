# Every task of the project. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
# Wheels only from the locks' hashes; pip looks for nothing that the locks don't name.
INSTALL := $(PY) -m pip install --disable-pip-version-check --no-input --require-hashes
# Node comes with the tools for developing.
NPM := PATH="$(abspath $(BIN)):$$PATH" npm
ARGS ?=
# What is started hundreds of times, as in tests, keeps what Python compiled, whatever a system sets.
export PYTHONDONTWRITEBYTECODE :=

# --- setting up -----------------------------------------------------------------------------------

# PYTHON where given, else the first of these that is 3.11 or newer.
$(PY):
	@for candidate in $(or $(PYTHON),python3.11 python3); do \
	  command -v "$$candidate" >/dev/null || continue; \
	  "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if ! "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$candidate cannot make virtual environments; on Debian: apt install python3-venv" >&2; exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$("$$candidate" --version) ($$candidate)"; \
	  "$$candidate" -m venv --clear $(VENV); exit 0; \
	done; \
	echo "No Python 3.11 or newer found. Install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1

# What running needs. `make demo` stops here: the tools for developing are ten times as large.
$(VENV)/.runtime: requirements/build.txt requirements/server.txt requirements/clean.txt pyproject.toml | $(PY)
	@echo "Installing the pinned dependencies for running (about half a minute)"
	@$(INSTALL) -r requirements/build.txt -r requirements/server.txt -r requirements/clean.txt
	@$(PY) -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@echo "Installing the pinned tools for developing, with Node and PostgreSQL (about a minute)"
	@$(INSTALL) -r requirements/dev.txt
	@touch $@

.PHONY: venv
venv: $(VENV)/.dev ## Make .venv with everything for developing

# --- running --------------------------------------------------------------------------------------

.PHONY: demo
demo: $(VENV)/.runtime ## A report from end to end on a real server; ARGS=--once stops after it
	@$(BIN)/meldpunt demo $(ARGS)

.PHONY: page
page: venv ## Build the reporter's page anew, after a change of web/report or web/sdk
	$(PY) -m tests.web.node
	cd web && $(NPM) run --silent --workspace report page

# --- checking -------------------------------------------------------------------------------------

.PHONY: check
check: venv ## Lint, formatting, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PY) -m tests.web.node
	cd web && $(NPM) run check

# A file's tests stay in one process: they share its hosts.
.PHONY: test
test: venv ## Every test, on SQLite and PostgreSQL; ARGS goes to pytest
	$(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile $(ARGS)

.PHONY: format
format: venv ## Put imports and layout in order
	$(BIN)/ruff check --fix-only --select I .
	$(BIN)/ruff format .
	$(PY) -m tests.web.node
	cd web && $(NPM) run format

.PHONY: bench
bench: venv ## Measure the hot paths against a bare server; ARGS goes to the script
	$(PY) -m benchmarks $(ARGS)

# --- maintaining ----------------------------------------------------------------------------------

LOCK := $(BIN)/pip-compile --quiet --no-build-isolation --no-header --generate-hashes --strip-extras --allow-unsafe \
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# The dev lock takes over the versions that the server runs with. `make lock ARGS=--upgrade` moves all.
.PHONY: lock
lock: venv ## Pin the dependencies anew after a change of pyproject.toml; ARGS=--upgrade moves all
	$(LOCK) $(ARGS) --output-file requirements/build.txt requirements/build.in
	$(LOCK) $(ARGS) --extra server --output-file requirements/server.txt pyproject.toml
	$(LOCK) $(ARGS) --extra clean --constraint requirements/server.txt --output-file requirements/clean.txt \
	  pyproject.toml
	$(LOCK) $(ARGS) --extra server --extra clean --extra dev --constraint requirements/build.txt \
	  --constraint requirements/server.txt --constraint requirements/clean.txt --output-file requirements/dev.txt \
	  pyproject.toml

.PHONY: openapi
openapi: venv ## Write openapi/meldpunt-v1.json anew after a change of routes or shapes
	$(PY) -m meldpunt.server.http.contract > openapi/meldpunt-v1.json.new
	mv openapi/meldpunt-v1.json.new openapi/meldpunt-v1.json

.PHONY: clean
clean: ## Remove .venv and everything that was made
	rm -rf web/node_modules web/*/node_modules web/*/dist $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: help
help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
