"""Scanning sessions: an act is chosen once, then every scan does it through the act's own command."""
