"""Custom actions: they decide; the wording lives in bot/responses/, the facts of the centre in facility.yml."""
