"""Dots as label printers want them: rows of bits, a black dot 1, the left one highest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture of `width` × `height` dots; each row takes whole bytes, its spare bits white."""

    width: int
    height: int
    bits: bytes

    @property
    def stride(self) -> int:
        """Bytes a row."""
        return (self.width + 7) // 8

    def rows(self) -> list[bytes]:
        """The rows from above."""
        return [self.bits[start : start + self.stride] for start in range(0, len(self.bits), self.stride)]


@dataclass(frozen=True, slots=True)
class Cut:
    """What of a picture a print head takes: turned a quarter where the tape runs across, its middle, mirrored."""

    width: int
    height: int
    turned: bool
    mirrored: bool = True
