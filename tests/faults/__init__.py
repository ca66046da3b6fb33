"""Every fault of the service, played."""
