"""What auditors and the public read."""
