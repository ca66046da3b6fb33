#!/bin/sh
# Everything that must hold: services and browser present, style, a trained model, all tests; a skip is a failure.
set -eu
sh tools/services.sh
sh tools/browser_tests.sh
sh tools/check.sh
.venv/bin/python -W ignore -m bot.train
.venv/bin/python -m pytest "$@"
