"""Bytes in, numbered rows out: every file format a list may come in.

`opening.py` is the door; what parses runs in `child.py`, a process of its own that knows nothing else of the project.
This file imports nothing, so that the child starts in a few hundredths of a second.
"""
