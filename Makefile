# Jalon: `make` lists the commands.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SET_UP := $(VENV)/.set-up
# What is tested in a browser waits for it more than it computes: it goes on beside the rest.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(len(getattr(os, 'sched_getaffinity', lambda _: range(os.cpu_count()))(0)))")

# Tests start many processes: none compiles again what another has.
unexport PYTHONDONTWRITEBYTECODE

help: ## List the commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

$(SET_UP): requirements/dev.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Jalon needs Python 3.11 or later.')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

set-up: $(SET_UP) ## Create .venv with everything pinned

demo: $(SET_UP) ## Make a fictitious department with a year of runs, and open it
	$(BIN)/jalon demo

test: $(SET_UP) ## Run the tests
	@$(MAKE) --no-print-directory --jobs=2 test-in-browser test-the-rest

test-in-browser: export JALON_TEST_SERVER = $(CURDIR)/.pytest_cache/in-browser/postgresql
test-in-browser: $(SET_UP)
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadgroup --override-ini cache_dir=.pytest_cache/in-browser tests/web/test_in_browser.py tests/e2e

test-the-rest: $(SET_UP)
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore tests/e2e --ignore tests/web/test_in_browser.py

check: $(SET_UP) ## Lint, types, imports
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/djlint src/jalon --check --lint --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(SET_UP) ## Measure speed and memory, department and nation (long)
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/release.py
	$(BIN)/python benchmarks/application.py
	$(BIN)/python benchmarks/diaries.py
	$(BIN)/python benchmarks/printing.py
	$(BIN)/python benchmarks/replies.py
	$(BIN)/python benchmarks/killing.py
	$(BIN)/python benchmarks/claiming.py
	$(BIN)/python benchmarks/facts.py

docs: $(SET_UP) ## Write docs/indicators.md anew from the definitions
	$(BIN)/jalon steering indicators > docs/indicators.md

pins: $(SET_UP) ## Compile the pinned requirements anew
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-header --no-emit-options --strip-extras --output-file requirements/base.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-header --no-emit-options --strip-extras --extra spark --extra dev --output-file requirements/dev.txt pyproject.toml

clean: ## Remove what the commands made
	rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help set-up demo test test-in-browser test-the-rest check bench docs pins clean
