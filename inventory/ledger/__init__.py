"""The memory: the one writer of the ledger, its tree and its verification."""
