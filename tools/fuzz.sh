#!/bin/sh
# Fuzzes every endpoint of bot/gateway/openapi.yml for so many seconds (1800); schemathesis stands in an environment of its own.
set -eu
if [ ! -x .tools/fuzz/bin/st ]; then
    .venv/bin/python -m venv --without-pip .tools/fuzz
    .tools/uv/bin/uv pip install -q --python .tools/fuzz/bin/python --require-hashes -r requirements-fuzz.lock
fi
exec .venv/bin/python -W ignore -m tests.fuzz.from_description --seconds "${1:-1800}"
