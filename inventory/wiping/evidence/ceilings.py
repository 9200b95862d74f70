"""The highest category a technique can reach on each kind of medium, whatever a tool calls what it did."""

from __future__ import annotations

from inventory.wiping.evidence.verdicts import Category

FLASH = frozenset({"sata_ssd", "nvme", "emmc", "ufs", "card", "usb"})
_EVERYWHERE = "*"

# IEEE 2883-2022 and NIST SP 800-88 Rev. 2, as in our technique table. A kind that is not named takes "*"; what has
# neither does not exist on that medium. Overwriting leaves the spare cells of flash as they were: Clear, never Purge.
_CEILINGS: dict[str, dict[str, Category]] = {
    "overwrite": {_EVERYWHERE: Category.CLEAR},
    "ata_secure_erase": {"hdd": Category.CLEAR, "sata_ssd": Category.CLEAR, "": Category.CLEAR},
    "ata_sanitize_overwrite": {"hdd": Category.PURGE, "sata_ssd": Category.CLEAR, "": Category.CLEAR},
    "ata_sanitize_block_erase": {"sata_ssd": Category.PURGE},
    "ata_sanitize_crypto": {"hdd": Category.PURGE, "sata_ssd": Category.PURGE},
    "nvme_format": {"nvme": Category.CLEAR},
    "nvme_sanitize_overwrite": {"nvme": Category.CLEAR},
    "nvme_sanitize_block_erase": {"nvme": Category.PURGE},
    "nvme_sanitize_crypto": {"nvme": Category.PURGE},
    # A firmware erasure that the report does not name: a purge on disks and SSDs, never on soldered flash.
    "firmware": {
        "hdd": Category.PURGE,
        "sata_ssd": Category.PURGE,
        "nvme": Category.PURGE,
        _EVERYWHERE: Category.CLEAR,
    },
    "factory_reset": {_EVERYWHERE: Category.CLEAR},
    "shred": {_EVERYWHERE: Category.DESTROY},
    "disintegrate": {_EVERYWHERE: Category.DESTROY},
    "incinerate": {_EVERYWHERE: Category.DESTROY},
    "melt": {_EVERYWHERE: Category.DESTROY},
    "pulverise": {_EVERYWHERE: Category.DESTROY},
    # Degaussing is no Destroy technique any more (NIST SP 800-88 Rev. 2) and does nothing to flash.
    "degauss": {},
}
DESTROYING = frozenset(name for name, kinds in _CEILINGS.items() if Category.DESTROY in kinds.values())


def ceiling(technique: str, kind: str) -> Category | None:
    """The category that a technique reaches at most on a kind of medium (empty: not known); None if it reaches none."""
    kinds = _CEILINGS.get(technique, {})
    return kinds.get(kind, kinds.get(_EVERYWHERE))


def kind_of(*said: str) -> str:
    """The kind of medium in a tool's own words (a bus, a path, a type, a rotation rate), or an empty string."""
    words = " ".join(said).casefold()
    for kind, signs in _SIGNS:
        if any(sign in words for sign in signs):
            return kind
    return ""


_SIGNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("nvme", ("nvme", "nvm express")),
    ("emmc", ("emmc", "mmcblk", "mmc")),
    ("ufs", ("ufs",)),
    ("sata_ssd", ("ssd", "solid state", "solid-state")),
    ("hdd", ("hdd", "rpm", "hard disk", "magnetic")),
)
