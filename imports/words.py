"""What a run would do, or did, in a sentence for its page: each kind of list has its own verbs."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from imports.models import Fate, ImportRun


def next_step(run: ImportRun) -> str:
    """What applying would do, as the heading above the button."""
    new, changed = run.counts.get("new", 0), run.counts.get("changed", 0)
    if run.kind == "receive":
        said = [ngettext("Receive %(count)s device", "Receive %(count)s devices", changed) % _count(changed)]
        return said[0] if changed else _("Every device is received already: applying changes nothing")
    if run.kind == "associations":
        said = [ngettext("Register %(count)s association", "Register %(count)s associations", new) % _count(new)]
        return said[0] if new else _("Every association is known already: applying changes nothing")
    if run.kind == "count":
        said = [ngettext("Count %(count)s device", "Count %(count)s devices", changed) % _count(changed)]
        return said[0] if changed else _("Every device is counted already: applying changes nothing")
    if run.kind == "inspect":
        said = [
            ngettext("Write down %(count)s inspection", "Write down %(count)s inspections", changed) % _count(changed)
        ]
        return said[0] if changed else _("Every inspection is known already: applying changes nothing")
    if run.kind == "evidence":
        said = [ngettext("Record %(count)s result", "Record %(count)s results", changed) % _count(changed)]
        return said[0] if changed else _("No row speaks for a storage medium: applying changes nothing")
    said = []
    if new:
        said.append(ngettext("Enter %(count)s device", "Enter %(count)s devices", new) % _count(new))
    if changed:
        words = ngettext("Correct %(count)s known device", "Correct %(count)s known devices", changed)
        said.append(words % _count(changed))
    return " · ".join(said) or _("Every device is known already: applying changes nothing")


def done(run: ImportRun) -> list[str]:
    """What applying did."""
    new, changed = run.counts.get("new", 0), run.counts.get("changed", 0)
    again = _("Uploading this file again changes nothing.")
    if run.kind == "receive":
        words = ngettext("%(count)s device was received.", "%(count)s devices were received.", changed)
        return [words % _count(changed), again]
    if run.kind == "associations":
        words = ngettext("%(count)s association was registered.", "%(count)s associations were registered.", new)
        return [words % _count(new), _("Whether they may receive devices is still to be decided."), again]
    if run.kind == "count":
        words = ngettext("%(count)s device was counted.", "%(count)s devices were counted.", changed)
        return [words % _count(changed), _("The difference is settled in the stock-take, under “Scanning”."), again]
    if run.kind == "inspect":
        words = ngettext("%(count)s inspection was written down.", "%(count)s inspections were written down.", changed)
        return [words % _count(changed), again]
    if run.kind == "evidence":
        words = ngettext("%(count)s result was recorded.", "%(count)s results were recorded.", changed)
        return [words % _count(changed), _("Somebody else validates them at the wiping bench."), again]
    said = [ngettext("%(count)s device was entered.", "%(count)s devices were entered.", new) % _count(new)]
    if changed:
        words = ngettext("%(count)s known device was corrected.", "%(count)s known devices were corrected.", changed)
        said.append(words % _count(changed))
    return [*said, again]


def fate_label(fate: Fate, kind: str) -> Promise:
    """What happens to a row, in the words of its kind of list."""
    return _OWN_FATES.get((kind, fate), fate.label)


_OWN_FATES: dict[tuple[str, Fate], Promise] = {
    ("receive", Fate.CHANGED): gettext_lazy("To receive"),
    ("receive", Fate.UNCHANGED): gettext_lazy("Received already"),
    ("associations", Fate.NEW): gettext_lazy("New association"),
    ("count", Fate.CHANGED): gettext_lazy("To count"),
    ("evidence", Fate.CHANGED): gettext_lazy("To record"),
    ("evidence", Fate.UNCHANGED): gettext_lazy("Changes nothing"),
    ("count", Fate.UNCHANGED): gettext_lazy("Changes nothing"),
}


def _count(number: int) -> dict[str, str]:
    return {"count": number_format(number, use_l10n=True, force_grouping=True)}
