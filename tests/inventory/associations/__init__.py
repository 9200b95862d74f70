"""Tests of associations and what they ask for."""
