"""Samples that an auditor draws: the population is frozen first, its hash is known before the seed (R-10.8)."""
