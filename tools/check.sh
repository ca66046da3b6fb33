#!/bin/sh
# Style, types, and Rasa's own validation of domain, data and rules: an error or a single warning fails.
set -eu
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
said=$(mktemp)
trap 'rm -f "$said"' EXIT
# Rasa ends with 0 after some of its warnings, for example an intent without examples.
if ! .venv/bin/python tools/quiet_rasa.py data validate --fail-on-warnings >"$said" 2>&1 || grep -q "Warning: " "$said"; then
  tail -n 40 "$said" >&2
  exit 1
fi
echo "rasa data validate: no warnings"
