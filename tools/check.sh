#!/bin/sh
# Style, types, and Rasa's own validation of domain, data and rules.
set -eu
export RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 SQLALCHEMY_SILENCE_UBER_WARNING=1
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
# Rasa prints a page of warnings that are none (wording is said by actions, not by rules): shown only when it fails.
said=$(mktemp)
if ! .venv/bin/python -W ignore -m rasa data validate --fail-on-warnings >"$said" 2>&1; then
  tail -n 40 "$said" >&2
  rm -f "$said"
  exit 1
fi
rm -f "$said"
echo "rasa data validate: no warnings"
