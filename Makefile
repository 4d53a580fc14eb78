.DEFAULT_GOAL := help
.NOTPARALLEL:  # two set-ups at once would share one .venv

PYTHON_HERE := .venv/bin/python
SETUP := tools/setup.sh pyproject.toml requirements-build.lock

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

report: .venv/.report  ## Build the report into out/
	$(PYTHON_HERE) build.py

test: .venv/.dev  ## Run the tests (ARGS="-k name" for some)
	$(PYTHON_HERE) -m pytest -q -n 2 --dist loadscope $(ARGS)

check: .venv/.dev  ## Lint, format, types, layers
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m ruff format --check .
	$(PYTHON_HERE) -m mypy
	.venv/bin/lint-imports

bench: .venv/.dev  ## Time the stages
	$(PYTHON_HERE) bench/bench.py

docs: .venv/.dev  ## Write the documentation site into build/docs
	$(PYTHON_HERE) tools/reference.py
	NO_MKDOCS_2_WARNING=1 $(PYTHON_HERE) -m mkdocs build --quiet --strict
	@echo build/docs/index.html

lock:  ## Write the lock files anew (needs uv)
	sh tools/lock.sh

clean:  ## Remove results and caches
	rm -rf out build dist htmlcov .coverage .coverage.* .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: clean  ## Remove .venv as well
	rm -rf .venv

# What a report needs is part of what development needs, so the second sets up both.
.venv/.report: $(SETUP) requirements.lock
	sh tools/setup.sh requirements.lock
	@touch $@

.venv/.dev: $(SETUP) requirements.lock requirements-dev.lock
	sh tools/setup.sh requirements-dev.lock
	@touch .venv/.report $@

.PHONY: help report test check bench docs lock clean distclean
