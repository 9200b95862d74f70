"""How devices end: recycling with its papers and kilograms, loss and finding again."""
