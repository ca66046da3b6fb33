"""Real services that tests start themselves, in a temporary folder."""
