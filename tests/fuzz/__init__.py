"""What nobody would think of, sent to everything that is public."""
