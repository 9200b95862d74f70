"""The programs' door, knocked on as a program does: over HTTP, with a token."""
