"""The widget in real Chromium, and the existing clients, against the service as it is started for everybody."""
