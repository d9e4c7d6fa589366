# The two commands of the README, and what they are made of. Windows without make: see README.md.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps

.PHONY: assessment test check bench fuzz lock clean

assessment: .venv/installed
	@$(BIN)/sna demo --quiet
	@$(BIN)/sna assess || test $$? -eq 4

test: .venv/installed-dev check

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project/models
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

bench: .venv/installed-dev
	$(BIN)/python -m tests.bench

# Half an hour: 100,000 damaged deliveries, each counted slowly.
fuzz: .venv/installed-dev
	$(BIN)/python -m tests.fuzz

# --no-deps: the lock names every package; older pips stumble over extras in hash mode.
.venv/installed: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the packages of requirements.lock into .venv (a few minutes, once)"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "Installing the test tools of requirements-dev.lock into .venv"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock
	uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" -o requirements-dev.lock

# Everything that can be made again. data/raw and data/register are never touched.
clean:
	rm -rf data/curated reports/output dbt_project/target dbt_project/logs
