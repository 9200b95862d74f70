"""The bench: tests, grades and what makes a device ready to be given."""
