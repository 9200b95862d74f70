"""Serial numbers that manufacturers never filled in: they look like an identity and are none."""

from __future__ import annotations

import re

# Measured on public inspections: a third of machines carry one of these as their system serial.
_WORDS = frozenset(
    {
        "tobefilledbyoem", "tobefilled", "systemserialnumber", "systemproductname", "systemname",
        "systemmanufacturer", "systemversion", "baseboardserialnumber", "boardserialnumber",
        "chassisserialnumber", "serialnumber", "serial", "defaultstring", "default", "notspecified",
        "notavailable", "notapplicable", "notpresent", "none", "null", "unknown", "unspecified", "invalid",
        "empty", "oem", "na", "nodata", "sn", "xxxx", "eeepc0123456789", "sn123456789abc", "123456789abc",
        "mb1234567890", "123456789", "1234567890", "0123456789", "12345678", "1234567", "123456", "12345",
        "1234", "123", "abcdefg", "allseries", "sernum", "serialno", "inconnu", "onbekend", "néant",
        "neant", "geen", "nvt", "asset1234567890", "fillbyoem", "systemserial", "03142857",
        "invalidserial",
    }
)  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")
_ONE_SIGN = re.compile(r"(.)\1*")

# SMBIOS UUIDs that several models share; the second is the counting pattern of careless firmware.
_UUIDS = frozenset(
    {
        "00020003-0004-0005-0006-000700080009",
        "03000200-0400-0500-0006-000700080009",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "12345678-1234-5678-90ab-cddeefaabbcc",
    }
)
# Typed by somebody, or left by a driver that could not read the chip. Of random addresses one in half a billion is
# made of two digits.
_FEW_DIGITS = 2
_MACS = frozenset({"001122334455", "0123456789ab", "123456789abc", "112233445566", "aabbccddeeff"})
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def identifying(serial: str | None) -> str | None:
    """The serial number trimmed, or None when it is missing, hidden (????, XXXX) or a placeholder."""
    if serial is None:
        return None
    value = " ".join(serial.split())
    letters = _NOT_WORD.sub("", value).casefold()
    if len(letters) < 2 or letters in _WORDS or _ONE_SIGN.fullmatch(letters):
        return None
    return value


def identifying_mac(mac: str) -> bool:
    """Whether a network address in lower case is one adapter's own: nearly none is made of two digits alone."""
    digits = mac.replace(":", "")
    return len(set(digits)) > _FEW_DIGITS and digits not in _MACS


def identifying_uuid(uuid: str | None) -> str | None:
    """The SMBIOS UUID in lower case, or None when missing, malformed or shared by many machines."""
    value = (uuid or "").strip().strip("{}").casefold()
    return value if _UUID.fullmatch(value) and value not in _UUIDS else None
