"""Labels as a Django application: its papers, its printers, and what was sent to them."""

from __future__ import annotations

from django.apps import AppConfig


class LabelsConfig(AppConfig):
    """Paper out."""

    name = "labels"
    default_auto_field = "django.db.models.BigAutoField"
