# Two commands: make run, make test. `make help` names the others.
PYTHON ?= python3
PROCEDURE ?= examples/northwind
PACE ?= 60
YEAR ?=
VENV := .venv
BIN := $(VENV)/bin
# More than twice as many as there are cores on a small machine: who tells a story waits for half of the time.
TOGETHER := -n 5 --dist loadfile --no-loadscope-reorder
# What is compiled is kept, also where containers say otherwise: the tests start many processes.
unexport PYTHONDONTWRITEBYTECODE
# The tests' Temporal servers live for seconds, and spend a quarter of them on clearing memory that they could have.
tested: export GOGC := 400

.PHONY: help run test typed tested bench faults histories lock clean

help: ## what there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/run.stamp ## everything on this machine, until Ctrl-C (PROCEDURE=folder PACE=60 YEAR=1)
	@test -z "$(YEAR)" || $(BIN)/python -m bench.year --example sqlite:///.rung/year.db
	@$(BIN)/python run.py --procedure "$(PROCEDURE)" --pace "$(PACE)"

test: $(VENV)/dev.stamp ## the whole suite, and which lines and branches nothing runs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory -j 2 typed tested

typed: $(VENV)/dev.stamp
	@$(BIN)/mypy

# Each of pytest's workers reads all tests: they are compiled once before. What is wrong they say.
tested: $(VENV)/dev.stamp
	@$(BIN)/python -m pytest --collect-only -qqq > /dev/null || true
	@$(BIN)/python -m pytest -p tests.covered $(TOGETHER)

bench: $(VENV)/dev.stamp ## measured beside a bare Temporal workflow
	@$(BIN)/python -m bench

faults: $(VENV)/dev.stamp ## twenty minutes of people and kills; every history is replayed at the end
	@$(BIN)/python -m tests.system.faults

histories: $(VENV)/dev.stamp ## record the stories' histories for a release (tests/replay)
	@RUNG_RECORD_HISTORIES=1 $(BIN)/python -m pytest tests/workflows -q

lock: ## resolve the requirements again (needs uv)
	@for name in run dev helpdesk; do \
		uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
			requirements/$$name.in -o requirements/$$name.txt; done

clean: ## remove what was installed and what make run keeps
	rm -rf $(VENV) .venv-helpdesk .rung

$(VENV)/run.stamp: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: Python 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Rung needs into $(VENV) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: Python 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Rung and its tests need into $(VENV) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@ $(VENV)/run.stamp
