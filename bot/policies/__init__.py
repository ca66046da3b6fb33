"""Rasa policies: what happens next when a rule alone cannot say."""
