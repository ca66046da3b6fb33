#!/bin/sh
# What the browser tests need beside Chromium: axe-core and the existing clients, by lock file, when not there yet.
set -eu
cd "$(dirname "$0")/../tests/browser"
command -v npm >/dev/null 2>&1 || { echo "The browser tests need Node 18 or later with npm. Install it first." >&2; exit 1; }
if ! cmp -s package-lock.json node_modules/installed.json; then
  npm ci --silent
  cp package-lock.json node_modules/installed.json
fi
