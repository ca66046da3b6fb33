"""The front door: channels, sessions, limits and the floor; answers an emergency with nothing but its own process."""
