# Two commands: `make` builds the findings report from params.yaml, `make test` runs everything CI runs.

PYTHON ?= python3
VENV := .venv
BENCH := .venv-bench
GOLD ?= ../shared/gold
CORPORA ?= ../shared/corpora
READY := $(VENV)/ready
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Many containers set it. Every start of Python then compiles all it imports, more than half of a run of the seed.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: report test pdf lab refresh compare rerun validate bench lint lock

report: $(READY)
	dvc repro findings
	@rhetoscope summary

# The tested notebooks read the tables of the stages before them, so the pipeline runs first.
test: $(READY)
	dvc repro
	$(MAKE) --no-print-directory lint
	pytest

# The report on paper, where Chromium is installed.
pdf: $(READY)
	dvc repro
	@rhetoscope pdf

# The hook saves notebooks normalised: a notebook that was only run again does not change, for git and for DVC.
lab: $(READY)
	jupyter lab --FileContentsManager.pre_save_hook=rhetoscope.run.normalise_before_save notebooks

refresh: $(READY)
	dvc repro
	rhetoscope refresh
	{ sed '/^## `data/,$$d' data/README.md; rhetoscope dictionary; } > data/README.new && mv data/README.new data/README.md
	dvc repro
	python .ci/rerun.py --record

# Two runs side by side: make compare A=HEAD~1 B=. (folders, revisions or experiments).
compare: $(READY)
	@rhetoscope compare $(A) $(B)

# Proves that a clean clone of the last commit gives the same bytes twice, and those of the committed lock.
rerun: $(READY)
	python .ci/rerun.py

# Measures the instrument on public labelled sets and writes the reliability table anew: make validate GOLD=../shared/gold
validate: $(READY)
	python benchmarks/gold.py $(GOLD) .rhetoscope/labels --reliability
	python benchmarks/cleaning_gold.py $(GOLD)

# Speed beside what one would use instead, each pair in one run, and what a corpus costs; written into
# benchmarks/README.md. Options of bench.py: make bench WITH="--only coding".
bench: $(READY) $(BENCH)/ready
	@$(BENCH)/bin/python benchmarks/bench.py $(CORPORA) $(GOLD) --shipped $(VENV)/bin/python $(WITH)

# The peers bring torch, so they have an environment of their own: the lock, and the extra `bench` with its versions.
$(BENCH)/ready: requirements.lock pyproject.toml
	@echo "Installing what is measured beside into $(BENCH) (some minutes)"
	$(PYTHON) -m venv --clear $(BENCH)
	$(BENCH)/bin/pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	sed -n '/^[a-z]/s/ \\$$//p' requirements.lock > $(BENCH)/lock.txt
	$(BENCH)/bin/pip install --quiet --no-compile --constraint $(BENCH)/lock.txt --editable '.[bench]'
	touch $@

lint: $(READY)
	ruff check
	ruff format --check
	mypy

# Pins every package of pyproject.toml anew, with hashes; needs uv.
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--upgrade --quiet -o requirements.lock

# Everything in the environment comes from the lock, with hashes checked; --no-compile halves time and size.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Rhetoscope needs Python 3.11 to 3.13, found $$($(PYTHON) -V): try make PYTHON=python3.12"; exit 1; }
	@echo "Installing the locked environment into $(VENV) (about a minute)"
	$(PYTHON) -m venv --clear $(VENV)
	pip install --quiet --no-compile --no-deps --require-hashes -r requirements.lock
	pip install --quiet --no-compile --no-deps --no-build-isolation --editable .
	touch $@
