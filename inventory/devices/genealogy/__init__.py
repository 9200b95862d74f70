"""The genealogy of devices: two records of one machine become one, and can be told apart again."""
