# The few commands of the house. Everything begins with `setup`, which does nothing when nothing has changed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
ROOMS  := workflow adapters tests

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint bench pictures format lock clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

help:  ## this list · 这张表
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed  ## .venv with everything locked, and .venv/bin/guankou · 装好环境

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "guankou: Python 3.11 or later is needed; '$(PYTHON)' is: $$($(PYTHON) --version 2>&1 | head -n 1)." >&2; \
	  echo "         Name another one: make setup PYTHON=python3.12" >&2; \
	  echo "关口：需要 Python 3.11 或更新版本；可用 make setup PYTHON=python3.12 指定。" >&2; exit 1; }
	@echo "setup 1/3  $(VENV), $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "guankou: '$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# Two calls, because pip refuses an editable install under --require-hashes.
$(VENV)/.locked: requirements.lock | $(BIN)/python
	@echo "setup 2/3  what requirements.lock names (half a minute the first time)"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@echo "setup 3/3  guankou itself, from this folder"
	@$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

demo: setup  ## the demonstration on http://127.0.0.1:8080; HEADLESS=1 plays it and exits, TELEGRAM=local plays it in Telegram · 演示
	@$(if $(TELEGRAM),$(if $(filter local,$(TELEGRAM)),$(BIN)/python -m tests.telegram.play,$(error TELEGRAM=$(TELEGRAM): only \
	  TELEGRAM=local is known, the Bot API server of tests/telegram/server; for a real bot see docs/telegram.md)),$(BIN)/guankou demo $(if $(filter-out 0,$(HEADLESS)),--headless))

test: lint  ## every check and every test, with coverage · 全部检查与测试
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered

lint: setup  ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: setup  ## the speed, as ratios of one run, into build/bench.json · 性能比
	@mkdir -p build
	$(BIN)/python -m tests.bench

pictures: setup  ## the pictures of the documentation, made anew by the browser tests
	GUANKOU_REQUIRE_BROWSER=1 $(BIN)/python -m pytest -q tests/browser/test_house.py
	cp build/pictures/prompt-desk.png docs/pictures/chat.png

format: setup  ## put the code in its form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# uv only resolves; it is no part of the project, so it lives in a folder that `clean` removes.
lock: $(BIN)/python  ## resolve requirements*.lock from pyproject.toml; UPGRADE=1 takes newer versions
	@test -x build/lock/bin/uv || { $(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install -qq uv; }
	build/lock/bin/uv pip compile $(LOCK) --group dev -o requirements.lock
	build/lock/bin/uv pip compile $(LOCK) -c requirements.lock -o requirements.runtime.lock

LOCK := pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

clean:  ## remove what the tools made (.venv too)
	rm -rf $(VENV) build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find $(ROOMS) -name __pycache__ -type d -prune -exec rm -rf {} +
