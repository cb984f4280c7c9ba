# Two commands do everything: `make run` and `make test`. Each makes its own environment first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: run tour test bench soak sequences pictures clean
.DELETE_ON_ERROR:

run: $(VENV)/.run  ## the desk on a state that is played
	@$(BIN)/sarai serve --demo

tour: $(VENV)/.run  ## simulate a month, post it, trace a diverted export, verify and prove the book
	@$(BIN)/sarai tour

test: $(VENV)/.test  ## every test, style and structure check
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/ruff format --check src tests benchmarks tools
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto --dist worksteal

SECONDS ?= 300
soak: $(VENV)/.test  ## 2,000 lines/s over HTTP for five minutes, judged and heard; fails if a bound does not hold
	$(BIN)/python -m benchmarks.soak --seconds $(SECONDS)

SEQUENCES ?= 20000
sequences: $(VENV)/.test  ## new random sequences against the auditor, for an hour or so
	$(BIN)/pytest tests/ledger/test_against_auditor.py --sequences $(SEQUENCES)

SHOWN := now-en-light-desktop case-en-light-desktop trace-of-a-lot-en-light-desktop alerts-kk-dark-phone
pictures: $(VENV)/.test  ## the pages as the story's tests see them, for the README
	@mkdir -p out/pictures
	SARAI_PICTURES=out/pictures $(BIN)/pytest tests/server/test_story.py -k "not trader"
	@cp $(SHOWN:%=out/pictures/%.png) docs/pictures/

bench: $(VENV)/.test  ## us beside the baselines, one interleaved run
	$(BIN)/python -m benchmarks

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml | $(VENV)/bin/python
	@echo "Setting up (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[corridors,flows,server]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[arrow,corridors,flows,postgres,server,spark,targeting,test]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .hypothesis .ruff_cache
