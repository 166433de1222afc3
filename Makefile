# Everything one does with this project. `make` alone lists it.

CASES ?= 300
PORT ?= 8000
SANDBOX_PORT ?= 8001

CHROMIUM ?= chromium-headless-shell# or chromium: what the tests' browser is

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/pytest -n 3 --dist worksteal

# A server as the deployment check wants to see it, whatever this machine's own environment says.
PRODUCTION := ENV_FILE=/dev/null DEBUG=off HTTPS=on SECRET_KEY=checked-but-never-used-to-sign-anything-0123456789-abc
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-emit-index-url --no-emit-find-links

help: ## list these
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: .venv/run.stamp ## the board over an invented firm [CASES=300] [PORT=8000] [SANDBOX_PORT=8001]
	@$(MANAGE) demo --cases $(CASES) --port $(PORT) --sandbox-port $(SANDBOX_PORT)

serve: .venv/run.stamp ## the board for a team, set up by .env or the environment (docs/operating.md has the table)
	@$(MANAGE) serve

test: .venv/dev.stamp browser /usr/sbin/nginx ## the gate: everything that must hold before a change goes in
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/oxlint --deny-warnings static/js
	bash .ci/alive $(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run --settings tests.settings
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	.ci/postgres $(PYTEST)

test-stores: .venv/dev.stamp browser /usr/sbin/nginx ## every test on SQLite, and every test on PostgreSQL
	$(PYTEST)
	.ci/postgres sh -c 'DATABASE_URL=$$POSTGRES_URL $(PYTEST)'

format: .venv/dev.stamp ## put the Python code into its one shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: CHROMIUM = chromium
bench: .venv/dev.stamp browser /usr/sbin/nginx ## how fast it is on this machine, in one table [BENCH="--sizes 1000 --only board"]
	@.ci/postgres $(BIN)/python bench $(BENCH)

screenshots: CHROMIUM = chromium
screenshots: .venv/dev.stamp browser ## the pictures in docs/, taken anew
	$(BIN)/python docs/screenshots.py

lock: ## pin requirements/*.in anew, with hashes [UPGRADE=--upgrade]
	$(LOCK) $(UPGRADE) -o requirements/run.txt requirements/run.in
	$(LOCK) $(UPGRADE) -c requirements/run.txt -o requirements/dev.txt requirements/dev.in

clean: ## remove what these made; .env and db.sqlite3 stay
	rm -rf .venv .demo staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/%.stamp: requirements/%.txt
	@bash .ci/install $*

browser: .venv/dev.stamp
	@bash .ci/browser $(CHROMIUM)

/usr/sbin/nginx:
	@bash .ci/apt nginx

.PHONY: help demo serve test test-stores bench format screenshots lock clean browser
