# Needs Python 3.11 or newer, git and make; everything else is put into .venv.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport PYTHONPATH PYTHONHOME

.DEFAULT_GOAL := help
.PHONY: help setup demo test live coverage lint types imports deps workflows docs build release-check check bench soak mutants reliability constraints clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## Make .venv with the package and all that the other targets need.

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found. Install one, or name it:" \
		"make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is not Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		echo "The package $$package is missing. Install it: apt-get install $$package" >&2; exit 1; }
	@echo "Setting up .venv"
	@$(PYTHON) -m venv --clear $(VENV)
	@awk '/^uv==/ {found = 1} found {print} found && !/\\$$/ {exit}' constraints.txt > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--require-hashes --requirement $(VENV)/uv.txt
	@$(BIN)/uv pip install --quiet --require-hashes --requirement constraints.txt
	@$(BIN)/uv pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

# Meltano builds its plugins' environments with the uv on the path.
demo: $(READY) ## Send the samples of examples/ into the embedded sandbox, and show what arrived.
	@rm -rf output
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/meltano run --full-refresh tap-csv target-triplewhale
	@echo
	@$(BIN)/target-triplewhale report output/report.html
	@echo
	@echo "What arrived:"
	@echo "  .venv/bin/target-triplewhale sandbox --db output/sandbox.db --summary"
	@echo "The same as a page, at http://127.0.0.1:8787/:"
	@echo "  .venv/bin/target-triplewhale sandbox --db output/sandbox.db"

test: $(READY) ## Run all tests.
	@$(BIN)/python -m pytest --numprocesses 4 --dist loadfile --no-loadscope-reorder

live: $(READY) ## Ask the sandbox for all that is assumed of the API; docs/assumptions.md says how to ask the API itself.
	@$(BIN)/python -m pytest -m live -q tests/live $(ARGS)

coverage: $(READY) ## Run the tests of delivery/, and fail where a branch of it is not run.
	@$(BIN)/coverage run -m pytest --quiet tests/delivery
	@$(BIN)/coverage report --skip-covered

lint: $(READY) ## Check style and format.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY) ## Check types.
	@$(BIN)/mypy

imports: $(READY) ## Check which part may import which.
	@$(BIN)/lint-imports

deps: $(READY) ## Check that what is imported is declared, and the other way round.
	@$(BIN)/deptry .

workflows: $(READY) ## Check the workflows of .github and its forms; neither asks anything of the network.
	@$(BIN)/zizmor --quiet --no-progress --offline --pedantic --strict-collection .github examples/nightly/.github
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml \
		examples/nightly/.github/workflows/*.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms \
		$(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))

docs: $(READY) ## Build the site of docs/ into site/, and fail where a link of it leads nowhere.
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

build: $(READY) ## Build wheel and sdist into dist/.
	@rm -rf dist
	@$(BIN)/uv build --quiet --no-build-isolation --out-dir dist
	@ls dist

release-check: $(READY) ## Build into dist/ and check all that must hold of a release; ARGS=--quick leaves out its test suites.
	@$(BIN)/python -m tests.release $(ARGS)

check: test coverage lint types imports deps workflows docs build demo ## Run all that CI runs.

bench: $(READY) ## Measure speed and memory; ARGS=--quick takes three minutes and writes no page.
	@$(BIN)/python -m tests.bench $(ARGS)

soak: $(READY) ## Try faults by the thousand, for an hour; ARGS="--seed 7 --keep" tries one plan.
	@$(BIN)/python -m tests.conservation $(ARGS)

mutants: $(READY) ## Change delivery/ in small ways and see what no test notices, for half an hour.
	@$(BIN)/python -m tests.reliability --only mutants $(ARGS)

reliability: $(READY) ## Run all of docs/reliability.md and write it; ARGS="--soak FILE" takes what soak said.
	@$(BIN)/python -m tests.reliability $(ARGS)

constraints: $(READY) ## Compile constraints.txt anew; UPGRADE=--upgrade takes newer versions.
	@$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
		$(UPGRADE) --output-file constraints.txt
	@! grep -n '://' constraints.txt

clean: ## Remove all that make has made.
	@rm -rf $(VENV) .meltano dist site output .mypy_cache .pytest_cache .ruff_cache .hypothesis \
		.import_linter_cache .coverage
