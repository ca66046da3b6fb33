"""How the service is run: proxy, containers, alerts, and the same topology as plain processes for tests."""
