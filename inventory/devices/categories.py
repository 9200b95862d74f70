"""The kinds of equipment and of storage media, with their names in the trade."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CATEGORIES: dict[str, Promise] = {
    "laptop": _("Laptop"),
    "desktop": _("Desktop computer"),
    "screen": _("Screen"),
    "tablet": _("Tablet"),
    "phone": _("Telephone"),
    "printer": _("Printer"),
    "server": _("Server"),
    "network": _("Network equipment"),
    "accessory": _("Accessory"),
    "other": _("Other"),
}

MEDIUM_KINDS: dict[str, Promise] = {
    "hdd": _("Hard disk"),
    "sata_ssd": _("SSD (SATA)"),
    "nvme": _("SSD (NVMe)"),
    "emmc": _("eMMC"),
    "ufs": _("UFS"),
    "card": _("Memory card"),
    "usb": _("USB stick"),
    "unknown": _("Unknown kind"),
}

GRADES: dict[str, Promise] = {
    "A": _("A – like new"),
    "B": _("B – light traces of use"),
    "C": _("C – clear traces of use"),
    "D": _("D – heavy traces of use, works"),
}

# How somebody found that a device holds no data (a positive declaration, R-1.1).
NO_DATA_CHECKS: dict[str, Promise] = {
    "opened_and_looked": _("Opened it and looked: no storage medium inside"),
    "no_storage_by_design": _("This kind of device has no storage"),
    "inspection_file": _("The inspection file lists no storage medium"),
    "slot_empty": _("The slot is empty, the medium was taken out before"),
}

# What its holder told of a device after the hand-over; it stays handed over, and is not where it was given to.
TOLD: dict[str, Promise] = {
    "lost": _("Lost, its holder says"),
    "stolen": _("Stolen, its holder says"),
    "transfer": _("Passed on, its holder says"),
}

# Why something was done, as codes: reasons in the ledger are facts, never free text.
REASONS: dict[str, Promise] = {
    "damaged": _("Damaged"),
    "dangerous_battery": _("Dangerous battery"),
    "missing_paper": _("A paper is missing"),
    "new_medium_found": _("Another storage medium was found"),
    "second_check_failed": _("The second check failed"),
    "wrong_device": _("Wrong device"),
    "request_withdrawn": _("The request was withdrawn"),
    "not_collected": _("Not collected"),
    "defective": _("Defective"),
    "no_longer_needed": _("No longer needed"),
    "association_closed": _("The association closed"),
    "stock_take": _("Missing at stock-take"),
    "lost_in_transit": _("Lost in transit"),
    "stolen": _("Stolen"),
    "merged": _("Records of one device were merged or split"),
    "seen_twice": _("The same device was entered twice"),
    "relabelled": _("The same device came back with another label"),
    "not_the_same": _("They are not the same device"),
    "looked_at_machine": _("I looked at the machine"),
    "label_says_so": _("Its label or plate says so"),
    "part_replaced": _("A part of it was replaced"),
    "mistake": _("Entered by mistake"),
    "other": _("Another reason"),
}

# Why two records become one, and why they become two again.
MERGE_REASONS = ("seen_twice", "relabelled", "other")
SPLIT_REASONS = ("not_the_same", "mistake", "other")
# Why an inspection file is of this device, or of none we know.
RECOGNITION_REASONS = ("looked_at_machine", "label_says_so", "part_replaced", "other")
