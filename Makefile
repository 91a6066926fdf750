# The doors of a checkout. `make` alone lists them; each comment after ## is its line in the list.
SHELL := /bin/sh
.DEFAULT_GOAL := doors
PY := .venv/bin/python
BIN := .venv/bin
ARGS ?=
# Tests start real servers and wait for them: it takes four workers to keep two cores busy.
WORKERS ?= 4

.PHONY: doors setup setup-tests setup-browser setup-kafka setup-gateway up up-distributed test test-apart check laws bench chaos proof test-foreign format glossary web-types corpus paths lock notebook picture wheel clean

doors: ## list these doors
	@printf 'Beaconfire (烽火)\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## make .venv with everything locked in requirements.lock, and build the pages
	@sh tools/setup.sh core

setup-tests: ## all of setup, setup-browser, setup-kafka and setup-gateway, side by side
	@sh tools/setup.sh tests

setup-browser: setup ## also find or install Chromium and Chinese fonts, for the browser tests
	@sh tools/setup.sh browser

setup-kafka: setup ## also find or install Java and Maven, and fetch Apache Kafka for the tests on it
	@sh tools/setup.sh kafka

setup-gateway: setup ## also find or install nginx, for the services apart
	@sh tools/setup.sh gateway

up: setup ## run the whole node with the demo city; ARGS="--port 9000 --data DIR" passes options on
	@exec $(BIN)/beaconfire up --demo auckland $(ARGS)

up-distributed: setup setup-kafka setup-gateway ## run docker-compose.yml without Docker; ARGS="--demo --scale dispatch=2"
	@exec $(PY) deploy/run_compose.py $(ARGS)

test: setup-tests check ## the laws, then every test but `apart` (at most 15 minutes on 2 cores)
	@$(BIN)/pytest -n $(WORKERS) --no-loadscope-reorder -m "not foreign and not apart" --ignore tests/architecture $(ARGS)

test-apart: setup-tests ## the tests that start whole deployments or brokers, measure, or take minutes
	@$(BIN)/pytest -n 2 --no-loadscope-reorder -m "apart and not alone and not foreign" --ignore tests/architecture $(ARGS)
	@$(BIN)/pytest -m "alone" tests/chaos tests/integration/deploy $(ARGS)

check: setup ## the laws of the house: style, types, layers, sizes, glossary (at most 2 minutes)
	@sh tools/check.sh

laws: setup ## only our own laws, quickly, each breach with its place
	@PYTHONPATH=tests/architecture $(PY) -m laws check

bench: setup setup-kafka setup-gateway ## measure against the bare libraries; ARGS="commands" for one section
	@$(PY) deploy/run_bench.py $(ARGS)

proof: setup-tests ## the long proofs in full: the whole day, 20 kills, 100,000 races (some 25 minutes)
	@BEACONFIRE_PROOF=full $(BIN)/pytest -s -m "proof" $(ARGS)

chaos: setup setup-kafka setup-gateway ## break a whole deployment under load and count; ARGS="--minutes 30" at night
	@$(PY) deploy/run_chaos.py $(ARGS)

test-foreign: setup ## tests on files whose licence forbids carrying them (needs ../shared)
	@$(BIN)/pytest -m foreign tests/foreign $(ARGS)

format: setup ## let ruff put the sources in order
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

glossary: setup ## write docs/glossary.md from the docstrings of contracts and domain
	@PYTHONPATH=tests/architecture $(PY) -m laws glossary

web-types: setup ## write the contracts as TypeScript for the pages
	@$(PY) -m beaconfire.web_types

corpus: setup ## freeze what new or grown facts and shared events look like on the wire; adds files, changes none
	@$(PY) -m beaconfire_testkit.corpus

paths: setup ## write which service answers which path, for the gateway
	@$(PY) -m beaconfire.gateway.paths

lock: setup ## resolve the dependencies of pyproject.toml anew into requirements.lock
	@sh tools/lock.sh $(ARGS)

notebook: setup ## execute docs/analysis.ipynb anew and keep what came out
	@$(PY) tools/run_notebook.py docs/analysis.ipynb

picture: setup ## draw docs/pictures/dispatch-in-cities.png; ARGS="FILE.jsonl FILE.jsonl", lines of `bench dispatch --json`
	@$(PY) tools/draw_policies.py docs/pictures/dispatch-in-cities.png $(ARGS)

wheel: setup ## build the wheel and the source archive into dist/
	@$(BIN)/uv build --quiet && ls dist

clean: ## remove what was made here: .venv, built pages, caches (never your data)
	@rm -rf .venv .bootstrap dist build src/beaconfire/static web/node_modules .ruff_cache .import_linter_cache .hypothesis .pytest_cache
	@find services shared src tests -name __pycache__ -type d -prune -exec rm -rf {} +
