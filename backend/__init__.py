"""Wires Relais together: settings, addresses, the API root, accounts and the web shell."""
