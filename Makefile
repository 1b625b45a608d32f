# The whole developer interface. A fresh machine needs Python 3.11 or later, make, and nothing else.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
CORES  := $(shell nproc 2>/dev/null || echo 2)
# Tests that start sandboxes wait for clocks half of their time.
CREWS  := $(shell expr $(CORES) + 1)
PYTEST := $(BIN)/python -m pytest
# Modules are shared out in the order of tests/conftest.py.
CREW   := -n $(CREWS) --dist loadscope --no-loadscope-reorder
WHOLE  := tests/validation/test_whole_course.py tests/attacks/test_class_under_attack.py tests/fuzz/test_fuzz.py
SECONDS ?= 300
# Of each property; the tests before a change lands (make test) try more.
EXAMPLES ?= 10

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow attacks golden fuzz check bench references lock clean

help:
	@echo "make demo        set up, grade a class of made-up notebooks, write demo/index.html"
	@echo "make test        set up and run the tests (at most 10 minutes)"
	@echo "make test-slow   reference trainings, the whole course, attacks, fuzzing"
	@echo "make attacks     grade hostile hand-ins, a line for each (GRADER_WARM=0 make attacks: without warm workers)"
	@echo "make golden      grade a hundred messy hand-ins, each held to its expectation"
	@echo "make fuzz        SECONDS=300 of made-up bytes for all that meets a stranger's"
	@echo "make check       lint, format, types, import rules, pure tests (one to two minutes)"
	@echo "make bench       measure everything, as ratios on this machine (PARTS="reading startup": some of it)"
	@echo "make references  train changed references with 20 seeds, and 5 on each of 3 secrets: reference/RESULTS.md (hours)"

setup: $(READY)
	@.ci/install-bubblewrap

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m compileall -q grader
	@touch $@

demo: setup
	$(BIN)/grader demo -o demo

test: setup
	$(MAKE) check EXAMPLES=100
	$(PYTEST) $(CREW) -m "not slow and (keras or sandbox or browser or real_data)"

# Two parts: what trains and measures, and all attacks; what keeps all cores busy by itself and shows what it prints:
# the table of the whole course, a class under attack, two minutes of fuzzing.
test-slow: setup
	$(PYTEST) $(CREW) -m "slow and not whole_machine and not golden" --durations=25
	$(PYTEST) $(WHOLE) -s -m "slow and whole_machine" --durations=0

# Each hostile hand-in is graded for real and leaves a line; what takes all cores comes last.
attacks: setup
	$(PYTEST) tests/attacks $(CREW) -m "attack and not whole_machine" --durations=10
	$(PYTEST) tests/attacks -s -m "attack and whole_machine"

# A class of more than a hundred hand-ins as real students write them, each held to what is expected of it.
golden: setup
	$(PYTEST) tests/golden/test_golden.py -m golden

# Longer than the slow suite: make fuzz SECONDS=3600
fuzz: setup
	$(BIN)/python tests/fuzz/run.py --seconds $(SECONDS) --jobs $(CORES)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	EXAMPLES=$(EXAMPLES) $(PYTEST) -n $(CORES) -m "not slow and not keras and not sandbox and not browser and not real_data"

# Compiled first: where bytecode may not be written (PYTHONDONTWRITEBYTECODE), each start would compile everything.
bench: setup
	$(BIN)/python -m compileall -q grader
	$(BIN)/python benchmarks/bench.py $(PARTS)

references: setup
	$(BIN)/python benchmarks/references.py --seeds 20 --secrets 3 -j $(CORES) --kept reference/trainings.jsonl

# After a change of dependencies: the exact versions that CI and the demo use.
lock:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e ".[dev,notebooks]"
	$(BIN)/python -m pip freeze --exclude-editable > requirements.lock

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache
