"""The list that the city's departments send when equipment is decommissioned."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

CITY = Source(
    name="city",
    label=_("Decommissioning list of a department"),
    telling=("act_reference", "decommissioned_on"),
    least=1,
)
