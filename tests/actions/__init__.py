"""The custom actions, one message at a time, and the pure parts of the quick check."""
