"""Proof that no data leaves: sanitisation, verification and validation of storage media."""
