"""Papers: stored files known by their SHA-256, numbered series and letters."""
