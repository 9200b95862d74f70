"""How devices reach us: manifests, scans and two-person custody hand-overs."""
