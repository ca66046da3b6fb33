"""What the service survives: processes killed, the database gone; and what that looks like to the person."""
