"""The ledger's codes in words: every kind of thing, every event."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.pages import history

KINDS: dict[str, Promise] = {
    "device": _("Device"),
    "medium": _("Storage medium"),
    "tag": _("Label"),
    "manifest": _("Collection"),
    "association": _("Association"),
    "request": _("Request"),
    "round": _("Round"),
    "decision": _("Decision"),
    "agreement": _("Agreement"),
    "certificate": _("Certificate"),
    "period": _("Month of second checks"),
    "second_check": _("Second check"),
    "batch": _("Quarantined batch"),
    "policy": _("Wiping policy"),
    "exception": _("Written exception"),
    "paper": _("Label paper"),
    "printer": _("Printer"),
    "label": _("Printed label"),
}

EVENTS: dict[str, Promise] = {
    **history.EVENTS,
    "manifest.plan": _("Collection planned"),
    "manifest.expect": _("More devices expected"),
    "manifest.pick_up": _("Picked up"),
    "manifest.deliver": _("Delivered"),
    "association.register": _("Association registered"),
    "association.add_member": _("Somebody may act for it"),
    "association.decide_eligibility": _("Eligibility decided"),
    "request.enter": _("Request entered"),
    "request.withdraw": _("Request withdrawn"),
    "request.decide": _("Request decided"),
    "round.open": _("Round opened"),
    "round.finish": _("Round finished"),
    "decision.decide": _("Decision made"),
    "agreement.prepare": _("Agreement drawn up"),
    "agreement.sign": _("Agreement signed"),
    "agreement.cancel": _("Agreement cancelled"),
    "certificate.issue": _("Certificate issued"),
    "certificate.withdraw": _("Certificate withdrawn"),
    "period.freeze": _("Month frozen for its second checks"),
    "period.draw": _("Second checks drawn"),
    "period.close": _("Month of second checks closed"),
    "second_check.record": _("Second check recorded"),
    "batch.quarantine": _("Batch quarantined"),
    "policy.adopt": _("Policy adopted"),
    "exception.grant": _("Exception granted"),
    "exception.withdraw": _("Exception withdrawn"),
    "paper.define": _("Label paper added"),
    "paper.correct": _("Label paper measured again"),
    "paper.withdraw": _("Label paper taken off the list"),
    "printer.set_up": _("Printer set up"),
    "printer.correct": _("Printer changed"),
    "printer.nudge": _("Printer corrected"),
    "printer.withdraw": _("Printer taken off the list"),
    "label.print": _("Label printed"),
    "label.reprint": _("Label printed again"),
}
