"""The words of requests for templates."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise

from inventory.associations.facts import CHANNELS

register = template.Library()


@register.filter
def channel(code: str) -> str | Promise:
    """How a request reached us, in the reader's language."""
    label: str | Promise = CHANNELS.get(code, code)
    return label
