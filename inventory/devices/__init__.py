"""The device, its identity, its storage media and the one function that changes its status."""
