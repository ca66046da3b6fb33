"""What is kept about people: rows, encryption, retention. `access.py` is the only door; nothing of Rasa in here."""
