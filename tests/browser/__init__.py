"""Tests that drive a real Chromium against a real server with the demonstration city."""
