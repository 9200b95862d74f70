"""Which tests each kind of device has to pass on the bench, as data."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TESTS: dict[str, Promise] = {
    "starts": _("Starts"),
    "screen": _("Screen"),
    "keyboard": _("Keyboard and pointer"),
    "ports": _("Ports"),
    "network": _("Wired and wireless network"),
    "sound": _("Sound and microphone"),
    "camera": _("Camera"),
    "battery": _("Battery health"),
    "storage": _("Storage health (SMART)"),
    "firmware_unlocked": _("No firmware password"),
    "management_released": _("Released from device management (MDM, Autopilot)"),
    "activation_unlocked": _("No activation lock"),
    "system_installed": _("Operating system installed"),
    "electrical": _("Cable and housing electrically safe"),
    "prints": _("Prints and scans a test page"),
}

_COMPUTER = (
    "starts",
    "ports",
    "network",
    "storage",
    "firmware_unlocked",
    "management_released",
    "electrical",
)

TESTS_FOR: dict[str, tuple[str, ...]] = {
    "laptop": (*_COMPUTER, "screen", "keyboard", "sound", "camera", "battery", "system_installed"),
    "desktop": (*_COMPUTER, "sound", "system_installed"),
    "server": _COMPUTER,
    "tablet": (
        "starts",
        "screen",
        "network",
        "sound",
        "battery",
        "management_released",
        "activation_unlocked",
    ),
    "phone": (
        "starts",
        "screen",
        "network",
        "sound",
        "battery",
        "management_released",
        "activation_unlocked",
    ),
    "screen": ("starts", "screen", "ports", "electrical"),
    "printer": ("starts", "prints", "network", "electrical"),
    "network": ("starts", "ports", "firmware_unlocked"),
    "accessory": ("starts",),
    "other": ("starts", "electrical"),
}

OUTCOMES: dict[str, Promise] = {
    "pass": _("Pass"),
    "fail": _("Fail"),
    "not_applicable": _("Not applicable"),
    "not_done": _("Not done"),
}

NOT_APPLICABLE_REASONS: dict[str, Promise] = {
    "part_absent": _("This device has no such part"),
    "removed": _("The part was taken out"),
    "no_equipment": _("Sold without this function"),
}

# Below this share of its first capacity a battery does not carry a working day (percent; city policy).
LEAST_BATTERY_PERCENT = 60
