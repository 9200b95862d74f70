"""Long work as a row: who asked for it, how far it is, whose lease it runs under, how it ended."""
