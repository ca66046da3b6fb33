"""How the service is run."""
