"""The front door: channels, sessions, limits and the floor; answers an emergency with nothing but its own process."""

from bot.threads import keep_to_one_thread

keep_to_one_thread()
