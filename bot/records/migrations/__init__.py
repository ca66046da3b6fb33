"""Changes of the tables, oldest first; each can be undone."""
