"""Figures beside their baselines, measured in one run on one machine: `./run bench [NAME...] [--json]`."""
