"""Rasa's own test stories: what a Rasa developer runs with `rasa test core --stories tests/rasa`."""
