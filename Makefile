# Everything a person does in this checkout. `make` alone prints this help.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# All tests take a worker for each processor; a part takes none, so that -x, -s and --pdb do what they say.
WORKERS ?= $(if $(PYTEST),0,auto)

.DEFAULT_GOAL := help
.PHONY: help setup demo engine test lint format schema docs bench clean test-tools

help: ## Show this help
	@echo "Twelvefold: twelve-factor services on Heroku, declared as code"
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	@echo
	@echo "KEEP=1 make demo leaves the local cloud running to look at."

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version). Say which: make PYTHON=python3.12"; exit 1; }
	@echo "Installing Python packages into $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

setup: $(READY) ## Install packages and the Pulumi engine, make a passphrase
	@$(BIN)/twelvefold setup

demo: setup ## Bring staging and production up in a local cloud
	@$(BIN)/twelvefold demo

# Tests work on copies of the stack files: unlike setup, they never seal yours anew.
test: engine test-tools ## Run all tests
	@$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 8 $(PYTEST)

engine: $(READY) ## Make the pinned Pulumi engine available
	@$(BIN)/twelvefold engine install

# A real browser and a real database for the tests that need them; without root they are skipped, and say so.
test-tools:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		missing=; \
		command -v chromium >/dev/null || missing="$$missing chromium"; \
		command -v chromedriver >/dev/null || missing="$$missing chromium-driver"; \
		ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
		[ -z "$$missing" ] || { echo "Installing$$missing for the tests"; apt-get -qq update \
			&& DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y $$missing >/dev/null; }; \
	fi

lint: $(READY) ## Check format, style, types and the direction of imports
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: $(READY) ## Format the code
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

schema: $(READY) ## Write the JSON Schemas of the stack files and of reports anew
	@mkdir -p docs/schema && $(BIN)/twelvefold schema > docs/schema/stackfile.json
	@$(BIN)/python -c 'import sys; from infra.reports.shape import report_schema as made; sys.stdout.write(made())' > docs/schema/report.json

docs: $(READY) ## Write docs/heroku.md, docs/rules.md and COVERAGE.md anew
	@$(BIN)/python -m tests.docs
	@$(BIN)/python -m tests.contract.coverage > COVERAGE.md.new && mv COVERAGE.md.new COVERAGE.md

bench: engine ## Measure speed and API requests, as ratios
	@$(BIN)/python -m tests.bench

clean: ## Remove the virtual environment and caches (not your state or passphrase)
	@rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
