# Everything works in .venv; `make setup` makes it, and again when requirements-dev.txt has changed.
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BROWSER := $(firstword $(foreach each,chromium chromium-browser google-chrome,$(shell command -v $(each))))

.PHONY: help setup demo up test lint check proof bench

help:
	@echo "make setup   create .venv and install"
	@echo "make demo    start everything with simulated providers, run one edit, serve until Ctrl-C"
	@echo "make up      start everything as the environment says, serve until Ctrl-C"
	@echo "make test    run every test"
	@echo "make check   lint, types, import contracts, tests: what CI runs"
	@echo "make proof   the long crash suite, a million interleavings, thousands of hostile requests"
	@echo "make bench   the benchmarks"

setup: $(READY)

$(READY): requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Pentimento needs Python 3.11 or newer; none was found. Say: make setup PYTHON=/path/to/python"; exit 1; }
	@test -x $(PY) && $(PY) -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || { echo "Python could not make $(VENV); on Debian: apt-get install python3-venv"; exit 1; }
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: setup
	@exec $(PY) manage.py demo

up: setup
	@exec $(PY) manage.py up

test: setup
	@test -n "$(BROWSER)" || echo "!!! No Chromium was found: THE BROWSER TESTS DO NOT RUN. On Debian: apt-get install chromium"
	$(PY) -m pytest -n 2 --dist loadgroup -m "not proof$(if $(BROWSER),, and not browser)" $(ARGS)

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports

check: lint test

proof: setup
	$(PY) -m pytest -m proof -n 2 --dist loadgroup tests/crash tests/editor/interleavings tests/live tests/month tests/billing $(ARGS)

bench: setup
	$(PY) -m tests.bench $(ARGS)
