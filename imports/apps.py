"""Imports as a Django application: files in, staged, previewed, applied."""

from __future__ import annotations

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Files in."""

    name = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for long work that ends without its effects."""
        from imports.work import as_before
        from inventory.jobs.endings import came_to_nothing

        came_to_nothing.connect(as_before, dispatch_uid="imports")
