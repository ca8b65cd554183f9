PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PORT ?= 8000
export SMSPANEL_PUBLIC_URL ?= http://127.0.0.1:$(PORT)
export SMSPANEL_SIMULATOR_PORT ?= 9100

.PHONY: help run test bench crash lint screenshots format lock messages clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/run: requirements.txt
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run

run: $(VENV)/run ## start the panel, with a demo when the database is empty
	@SMSPANEL_PRIVATE_HOSTS=127.0.0.1 exec python -m smspanel.start

test: $(VENV)/dev ## lint, types, and every test on SQLite and PostgreSQL
	@exec python -m tests.everything

bench: $(VENV)/dev ## measure (ONE=import: one benchmark), and write bench/results.md
	@exec python -m tests.bench $(ONE)

crash: $(VENV)/dev ## the long crash and chaos runs (ONE=FILE: of one file), and docs/proof.md
	@exec python -m tests.proof $(ONE)

lint: $(VENV)/dev ## style, types, and the direction of imports
	@ruff check . && ruff format --check . && mypy . && lint-imports

screenshots: $(VENV)/dev ## draw every page into docs/images
	@PICTURES=docs/images exec python -m pytest -q -p no:xdist tests/browser/test_pages.py

format: $(VENV)/dev ## rewrite the files in the project's style
	@ruff check --fix --quiet . ; ruff format .

lock: $(VENV)/dev ## compile the requirement files from pyproject.toml
	@uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements.txt
	@uv pip compile pyproject.toml --group dev --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -o requirements-dev.txt

messages: $(VENV)/dev ## collect the texts to translate, and compile the translations (needs gettext)
	@python manage.py makemessages --locale pl --no-location --no-wrap --ignore $(VENV) --ignore tests
	@python manage.py compilemessages --locale pl --ignore $(VENV)

clean: ## remove what was installed; data stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis
