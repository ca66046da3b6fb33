"""Tells admissions that somebody asked for a call: by e-mail, by signed webhook, or not at all (the default)."""
