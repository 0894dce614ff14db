# Two commands are all one needs: `make demo` and `make test`.
.DEFAULT_GOAL := help
.PHONY: help demo test fuzz mutants chaos bench bench-growth soak flood browser promtool pictures words setup doctor run install check format lock clean

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# Python caches and pip's own chatter stay out of the way.
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip install -qq

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/installed ## try it: no key, no account (ARGS=--script plays one fixed conversation)
	@$(BIN)/neocu-bots demo $(ARGS)

test: .venv/installed browser promtool ## run the tests (ARGS=… goes to pytest)
ifeq ($(ARGS),)
	@$(BIN)/python -m coverage erase
	@$(BIN)/python -m coverage run -m $(PYTEST)
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report
else
	@$(BIN)/python -m $(PYTEST) $(ARGS)
endif

PYTEST := pytest --numprocesses 3 --dist loadfile

browser: .venv/installed ## find a Chromium for the tests of the page, or install one
	@$(BIN)/python tests/support/chromium.py

promtool: .venv/installed ## find Prometheus' promtool for the alerts' tests, or fetch it from Debian
	@$(BIN)/python tests/support/promtool.py

pictures: .venv/installed browser ## make the README's pictures anew (ARGS=folder: an album of every message)
	@$(BIN)/python tests/support/pictures.py $(ARGS)

fuzz: .venv/installed ## send 20,000 odd answers and events of each kind (slow)
	@$(BIN)/python -m pytest --numprocesses 3 tests/fuzz --hypothesis-profile=fuzz $(ARGS)

mutants: .venv/installed ## break the product in 60 places, and name what no test notices (ARGS=n)
	@$(BIN)/python tests/mutants/mutants.py $(ARGS)

chaos: .venv/installed ## kill real processes while people ask, and count (ARGS=sqlite: one scenario)
	@$(BIN)/python tests/chaos/chaos.py $(ARGS)

bench: .venv/installed ## measure the bots beside their opponents (ARGS=--json=PATH keeps samples)
	@PYTHONPATH=tests/support $(BIN)/python tests/bench/bench.py $(ARGS)

bench-growth: .venv/installed ## the same, of stores with a million finished requests and ten
	@PYTHONPATH=tests/support $(BIN)/python tests/bench/bench.py --only growth --rows 1000 1000000
	@PYTHONPATH=tests/support $(BIN)/python tests/bench/bench.py --only growth --rows 1000 10000000

soak: .venv/installed ## ask for minutes while calls fail; memory has to stay flat (ARGS=minutes)
	@PYTHONPATH=tests/support $(BIN)/python tests/bench/soak.py $(ARGS)

flood: .venv/installed ## send 10,000 bad requests while people ask; nobody may notice (ARGS=number)
	@PYTHONPATH=tests/support $(BIN)/python tests/bench/flood.py $(ARGS)

setup: .venv/installed ## set up Slack (ARGS=discord: Discord): what to click, and .env
	@$(BIN)/neocu-bots setup $(or $(ARGS),slack)

doctor: .venv/installed ## check settings, keys, Slack, Discord and the database
	@$(BIN)/neocu-bots doctor $(ARGS)

words: .venv/installed ## bring the translations up to date with the sentences
	@$(BIN)/python tests/support/words.py

run: .venv/installed ## run the bots with the settings in .env (ARGS=slack or ARGS=discord: one)
	@exec $(BIN)/neocu-bots run $(ARGS)

install: .venv/installed ## make .venv, with everything in it

check: .venv/installed ## formatter, linter, strict types, import contracts
	@echo "Format: every file is written as the formatter writes it"
	@$(BIN)/ruff format --check .
	@echo "Lint: all of ruff's rules, but for the exceptions that pyproject.toml gives reasons for"
	@$(BIN)/ruff check .
	@echo "Types: bots and core are strictly typed"
	@$(BIN)/mypy
	@echo "Imports: they run downwards only, and no platform knows another"
	@$(BIN)/lint-imports --no-cache

format: .venv/installed ## put the code in shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/installed ## choose versions anew
	$(PIP) uv
	$(BIN)/uv pip compile $(LOCK) -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile $(LOCK) -o requirements-dev.lock --extra demo --group dev pyproject.toml

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links

clean: ## remove what the commands made
	rm -rf .venv .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.venv/installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	@echo "Setting up .venv; this takes a minute or two, once."
	@$(PYTHON) -m venv .venv
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
