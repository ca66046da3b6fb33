#!/bin/sh
# Style, types, and Rasa's own validation of domain, data and rules.
set -eu
export RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/python -W ignore -m rasa data validate --fail-on-warnings
