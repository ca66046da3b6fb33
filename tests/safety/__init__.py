"""Tests of the safety net, its replies and what follows them."""
