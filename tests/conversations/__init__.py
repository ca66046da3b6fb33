"""Scripted conversations with the whole service, filed by subject and by kind of trouble; each file is one conversation."""
