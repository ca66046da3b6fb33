"""The assistant at the front door of an addiction treatment program."""

from importlib.util import find_spec

if find_spec("rasa") is None:
    raise SystemExit("This Python has none of the project's packages. Use .venv/bin/python, which `make run` sets up.")
