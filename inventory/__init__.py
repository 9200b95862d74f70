"""The domain: every stage of a device's life, one package a stage."""
