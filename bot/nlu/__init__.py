"""Understanding: Rasa components and the pure parts they are made of."""
