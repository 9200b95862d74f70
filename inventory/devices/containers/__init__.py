"""Crates, pallets and shredder bags: things with a tag of their own whose contents a seal freezes."""
