# Signalbox: the same verbs for people and for CI. `make` alone lists them.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
export PORT HOST

# The first Python here that is new enough; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

# What is done once is stamped, so that a second start is quick.
VENV_MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed
CONTENT := $(VENV)/.content-checked

CONTENT_FILES = $(shell find lessons simulator -type f \
  \( -name '*.py' -o -name '*.yaml' -o -name '*.md' \) 2>/dev/null)
IN_DEVELOPMENT := SIGNALBOX_ENV=development
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help
help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- using it --------------------------------------------------------------------------------------

.PHONY: serve
serve: $(RUNTIME) $(CONTENT) ## install what is missing and start Signalbox (PORT=8000)
	@$(IN_DEVELOPMENT) $(PY) manage.py serve

.PHONY: seed
seed: $(RUNTIME) ## load demo data: a learner, and runs with links that drive them
	@$(IN_DEVELOPMENT) $(PY) manage.py migrate --verbosity 0
	@$(IN_DEVELOPMENT) $(PY) manage.py seed_demo

# ---- working on it ---------------------------------------------------------------------------------

.PHONY: setup
setup: $(DEVELOPMENT) ## install everything that running, testing and checking need

.PHONY: test
test: $(DEVELOPMENT) ## run every test (ARGS="-k queue" chooses)
	@$(PY) -m pytest $(ARGS)

.PHONY: test-fast
test-fast: $(DEVELOPMENT) ## run the tests that need no browser and take no time
	@$(PY) -m pytest --ignore=tests/browser -m "not slow" $(ARGS)

.PHONY: check
check: $(DEVELOPMENT) ## lint, types, imports, templates, migrations, content
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	@find templates lessons simulator -name '*.html' -print0 | xargs -0 -r $(VENV)/bin/djade --target-version 5.2 --check
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/mypy
	@$(IN_DEVELOPMENT) $(PY) manage.py check
	@$(IN_DEVELOPMENT) $(PY) manage.py makemigrations --check --dry-run
	@rm -f $(CONTENT) && $(MAKE) --no-print-directory $(CONTENT)
	@echo "check: everything holds"

.PHONY: golden
golden: $(DEVELOPMENT) ## rewrite the golden traces; read the diff before you commit it
	@SIGNALBOX_GOLDEN=rewrite $(PY) -m pytest -q tests -k golden $(ARGS)

.PHONY: bench
bench: $(DEVELOPMENT) ## measure; prints figures and writes benchmarks/latest.json
	@SIGNALBOX_ENV=test SECRET_KEY=only-for-figures $(PY) -m benchmarks $(ARGS)

.PHONY: faults
faults: $(DEVELOPMENT) ## kill, pause and cut real servers for half an hour (ARGS="--scenario kill --rounds 10")
	@$(PY) -m tests.faults $(ARGS)

.PHONY: conformance
conformance: ## score against recorded answers of the real services (CONFORMANCE=folder)
ifeq ($(strip $(CONFORMANCE)),)
	@echo "conformance: not run (CONFORMANCE is not set)"
else
conformance-folder:
	@test -x "$(CONFORMANCE)/check" || { echo "conformance: no program $(CONFORMANCE)/check" >&2; exit 2; }

conformance: conformance-folder $(DEVELOPMENT)
	@$(PY) "$(CONFORMANCE)/check" $(ARGS)
endif

.PHONY: lock
lock: $(DEVELOPMENT) ## pin requirements*.in into requirements*.txt, with hashes
	@$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install --quiet --disable-pip-version-check uv
	$(PY) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(PY) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	  --custom-compile-command "make lock" --constraint requirements.txt requirements-dev.in -o requirements-dev.txt

# ---- what the verbs stand on -----------------------------------------------------------------------

$(VENV_MADE):
	@test -n "$(PYTHON)" || { echo "Signalbox needs Python 3.11 or newer, and none was found." \
	  "Install one (Debian, Ubuntu: sudo apt install python3 python3-venv), or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Signalbox needs Python 3.11 or newer; $(PYTHON) is older, or is no Python." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "This Python can't make a virtual environment: Debian and Ubuntu keep that part in a package of its own." \
	  "Install it with: sudo apt install python3-venv" >&2; exit 1; }
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(RUNTIME): requirements.txt $(VENV_MADE)
	@echo "Installing what Signalbox runs on (about half a minute, once)"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing what tests and checks need (once)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(CONTENT): $(RUNTIME) $(CONTENT_FILES)
	@$(IN_DEVELOPMENT) $(PY) manage.py check_scenarios
	@$(IN_DEVELOPMENT) $(PY) manage.py check_lessons
	@touch $@
