"""Which organs of the city decide on a round."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Who may decide on a subsidy in kind (New Municipal Act, art. 117 and 123; delegation is the city's own affair).
ORGANS: Final[dict[str, Promise]] = {
    "college": _("The college of mayor and aldermen"),
    "council": _("The municipal council"),
    "delegate": _("The alderman by delegation"),
}
