"""Notices to admissions, against real receivers on this machine."""
