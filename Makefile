# The front door. A fresh machine needs Python 3.11 to 3.14 and make; everything else is fetched into this folder.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { command -v $$p; break; }; done)
UV     ?= $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN    := .venv/bin/
READY  := .venv/.ready

.PHONY: help demo run serve test check lint types imports bench odds clean
.DEFAULT_GOAL := help

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## The whole pipeline on a bundled wire: no network needed
	@$(RUN)wirewatch demo

run: $(READY) ## Fetch the world's feeds once, now
	@$(RUN)wirewatch run

serve: $(READY) ## Database, Prefect server with its UI, and all schedules, until Ctrl-C
	@$(RUN)wirewatch serve

# Three processes on two cores: a third of the time of tests that start servers and kill runs is waiting.
test: $(READY) ## All tests
	$(RUN)python -m pytest -n 3 --dist loadgroup

check: lint types imports test ## What CI runs

lint: $(READY)
	$(RUN)ruff check .
	$(RUN)ruff format --check .

types: $(READY)
	$(RUN)mypy

imports: $(READY)
	$(RUN)lint-imports

bench: $(READY) ## Speed and quality, as ratios within one run (WIREWATCH_BENCH_DATA names the data folder)
	$(RUN)python -m bench

odds: $(READY) ## Learn the odds in topics/korea.toml anew (needs the data folder, too; FILES: labelled texts of your own)
	@env -u VIRTUAL_ENV "$(UV)" sync --quiet --frozen --group learn --python "$(PYTHON)"
	$(RUN)python -m bench odds write $(FILES)

clean: ## Remove the environment (the databases in .wirewatch* stay)
	rm -rf .venv .uv

# uv from the machine, or a private copy made with the machine's own Python: in a virtual environment where that module
# is there (Debian packs it apart), else into a plain folder.
.uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Wirewatch needs Python 3.11, 3.12, 3.13 or 3.14; none is on the PATH (set PYTHON=/path/to/python3)." >&2; exit 1; }
	@echo "Getting uv ..."
	@rm -rf .uv; "$(PYTHON)" -m venv .uv >/dev/null 2>&1 && .uv/bin/python -m pip install --quiet --disable-pip-version-check uv \
		|| { rm -rf .uv; "$(PYTHON)" -m pip install --quiet --disable-pip-version-check --target .uv uv; } \
		|| { echo "uv could not be installed: is the package index reachable?" >&2; exit 1; }

# Bytecode is compiled at once: Prefect alone imports 2 to 4 times slower without.
$(READY): pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	@test -n "$(PYTHON)" || { echo "Wirewatch needs Python 3.11, 3.12, 3.13 or 3.14; none is on the PATH (set PYTHON=/path/to/python3)." >&2; exit 1; }
	@echo "Installing the locked packages into .venv ..."
	@env -u VIRTUAL_ENV "$(UV)" sync --quiet --frozen --compile-bytecode --python "$(PYTHON)"
	@touch $@
