"""Who asks: associations, their members and their requests."""
