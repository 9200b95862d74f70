"""The people's door: HTML views and forms, one module a stage."""
