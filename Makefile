# Two commands: `make up` runs the platform, `make test` proves it. Everything they need, they set up.
.DEFAULT_GOAL := help
PYTHON ?= python3
RUN := .venv/bin

.PHONY: help up reset test prove bench clean

help:
	@echo "make up      set up and run the platform (PORT=8000, TLS=1)"
	@echo "make test    set up and run every check"
	@echo "make prove   long proofs: kill -9 series, scale"
	@echo "make bench   benchmarks as JSON lines (make bench NAME=dose)"
	@echo "make reset   throw this machine's demonstration away"

up: .venv/ready
	@$(RUN)/tiemchung up

reset: .venv/ready
	@$(RUN)/tiemchung reset

test: .venv/ready-dev
	@scripts/test

prove: .venv/ready-dev
	@$(RUN)/pytest -m prove -o faulthandler_timeout=1800 --override-ini addopts="-q --strict-markers --strict-config"

bench: .venv/ready-dev
	@$(RUN)/python -m bench $(NAME)

.venv/ready: requirements.lock pyproject.toml
	@scripts/setup $(PYTHON) requirements.lock
	@touch $@

.venv/ready-dev: requirements-dev.lock requirements-cwt.lock pyproject.toml
	@scripts/setup $(PYTHON) requirements-dev.lock
	@scripts/setup-browser
	@scripts/setup-cwt
	@touch $@ .venv/ready

clean:
	rm -rf .venv
