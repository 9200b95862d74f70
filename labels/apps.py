"""Labels as a Django application: it brings templates and doors, and no tables of its own."""

from __future__ import annotations

from django.apps import AppConfig


class LabelsConfig(AppConfig):
    """Paper out."""

    name = "labels"
