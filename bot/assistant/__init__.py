"""The assistant process: Rasa 3.6.21 behind a local socket."""

from bot.threads import keep_to_one_thread

keep_to_one_thread()
