# make run: chuẩn bị mọi thứ rồi mở trợ lý.   make test: chuẩn bị rồi chạy mọi kiểm tra.
-include .env
export
.PHONY: setup run test check unit bench docs clean
.DEFAULT_GOAL := run

PY := .venv/bin/python
RASA_PY := .venv-rasa/bin/python
QUIET := PYTHONPATH=. PYTHONWARNINGS=ignore HF_HUB_OFFLINE=1 RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3 OMP_NUM_THREADS=1 ASSISTANT_ACTIONS_PORT=$${ASSISTANT_ACTIONS_PORT:-5055} ASSISTANT_DATA=$${ASSISTANT_DATA:-$(CURDIR)/var}

setup:
	@python3 scripts/setup.py

run: setup
	@$(PY) -m assistant run

check: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(QUIET) .venv/bin/lint-imports --config pyproject.toml
	$(PY) -m assistant knowledge check

unit: setup
	$(QUIET) $(PY) -m pytest tests --ignore tests/nlu --ignore tests/e2e -q
	$(QUIET) $(RASA_PY) -m pytest tests/nlu tests/text -q -p no:cacheprovider

test: check unit
	$(QUIET) $(RASA_PY) -m rasa data validate --fail-on-warnings
	$(QUIET) $(RASA_PY) -m rasa test core --e2e --model models/rasa/assistant.tar.gz --stories tests/stories --out var/rasa-test --fail-on-prediction-errors --no-plot
	$(QUIET) $(PY) -m pytest tests/e2e -q

bench: setup
	$(QUIET) $(PY) -m bench

docs: setup
	$(PY) scripts/generate_docs.py
	$(PY) -m assistant knowledge schema

clean:
	rm -rf var models .venv .venv-rasa .rasa
