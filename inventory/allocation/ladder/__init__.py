"""The fair round: published turn numbers, devices shared out in their order, and a result anybody can recompute."""
