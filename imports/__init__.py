"""Files in: readers, columns, sources and import runs."""
