"""The pure parts of understanding: entities, names and numbers, times, parts of a message, plain form, limits of the ranking."""
