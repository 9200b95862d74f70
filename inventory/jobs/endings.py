"""What work leaves to be put right when it ends without its effects: cancelled before or under way, or failed."""

from __future__ import annotations

from django.dispatch import Signal

# Sent with `job`, in the very transaction that ends it.
came_to_nothing = Signal()
