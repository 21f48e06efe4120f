# One file of commands; `make help` lists them.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY_TO_TEST := $(VENV)/.installed-dev

ifdef PORT
export STOREWRIGHT_PORT := $(PORT)
endif
ifdef DATA
export STOREWRIGHT_DATA := $(DATA)
endif
ifdef IMPORT
SHOP ?= empty
endif
ifdef SHOP
export STOREWRIGHT_SHOP := $(SHOP)
endif
ifdef POLICIES
export STOREWRIGHT_POLICIES := $(POLICIES)
endif

.DEFAULT_GOAL := help
.PHONY: help install run test check web docs format

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

$(INSTALLED): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing packages (once, about two minutes)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check torch==2.13.0
	@$(BIN)/python requirements.py | $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r /dev/stdin
	@touch $@

$(READY_TO_TEST): $(INSTALLED)
	@$(BIN)/python requirements.py dev | $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r /dev/stdin
	@touch $@

install: $(INSTALLED) ## make the virtual environment

run: $(INSTALLED) ## open the shop (PORT=8000 DATA=data SHOP=demo|empty IMPORT=folder POLICIES=folder)
ifdef IMPORT
	@$(BIN)/python -m ingest shop --in "$(IMPORT)"
endif
	@$(BIN)/python server.py

test: $(READY_TO_TEST) ## run every test
	@$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST_ARGS)

check: $(READY_TO_TEST) ## formatting, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY_TO_TEST) ## put the formatting right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

web: ## build the pages and the widget (needs Node 20)
	@cd frontend && npm ci --no-audit --no-fund && npm run check && npm run build

docs: $(READY_TO_TEST) ## write the generated pages of docs/
	@$(BIN)/python -m web.protocol_docs
	@$(BIN)/python -m core.settings_docs
