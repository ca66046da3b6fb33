"""Fixtures that every test may use."""

from tests.services.postgres import postgres_server, postgres_url  # noqa: F401  (fixtures are found by name)
