# make demo   an environment in .venv if there is none, the library in it, and the events of the sample texts
# make test   the same with the development tools, then style, types and tests
# make corpus compiles corpus/source into corpus/train and corpus/dev; new documents are placed, old ones stay where they are
# make figures measures anew, and writes what it finds into README.md, docs/, docs/history.csv and the cards of corpus/
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Stamps: nothing is installed twice until one of these files changes
RECIPE := setup.cfg pyproject.toml constraints.txt
RUNTIME := $(VENV)/.installed-runtime
DEVELOPMENT := $(VENV)/.installed-development

.DEFAULT_GOAL := demo
.PHONY: demo test corpus figures lint types clean

demo: $(RUNTIME)
	$(BIN)/bilat-nlp extract corpus/seeds --format table

test: lint types
	$(BIN)/python -m pytest -q

corpus: $(RUNTIME)
	$(BIN)/bilat-nlp corpus split corpus/source --list corpus/split.tsv --output corpus
	$(BIN)/bilat-nlp corpus convert corpus/gold/seeds.markup --output corpus/gold/seeds.jsonl --to jsonl

figures: $(DEVELOPMENT)
	$(BIN)/cog -r -I docs README.md docs/results.md corpus/README.md corpus/gold/seeds.md

lint: $(DEVELOPMENT)
	$(BIN)/python -m ruff check src tests docs

types: $(DEVELOPMENT)
	$(BIN)/python -m mypy

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "bilat-nlp needs Python 3.11 or newer; if you have one under another name: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): $(RECIPE) | $(BIN)/python
	$(PIP) --editable .
	touch $@

$(DEVELOPMENT): $(RECIPE) | $(BIN)/python
	$(PIP) --editable '.[dev]'
	touch $(RUNTIME) $@

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
