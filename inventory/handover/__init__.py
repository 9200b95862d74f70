"""Devices leave with a signed agreement, and may come back."""
