#!/bin/sh
# Talks to it in the terminal, as a Rasa developer would: `rasa shell` with `rasa run actions` beside it, both ended together.
set -eu
export SANIC_HOST=127.0.0.1  # the actions answer this machine alone
python=".venv/bin/python -W ignore"
rasa="$python tools/quiet_rasa.py"
$python -m bot.records.migrate

$rasa run actions >/dev/null 2>&1 &
actions=$!
trap 'kill "$actions" 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM

echo "chat: starting the actions and loading the model; this takes a while"
until $python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:5055/health', timeout=2)" 2>/dev/null; do
  kill -0 "$actions" 2>/dev/null || { echo "chat: the actions did not start. See: .venv/bin/rasa run actions" >&2; exit 1; }
  sleep 1
done
$rasa shell -i 127.0.0.1 "$@"
