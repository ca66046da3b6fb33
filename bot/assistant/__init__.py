"""The assistant process: Rasa 3.6.21 behind a local socket."""
