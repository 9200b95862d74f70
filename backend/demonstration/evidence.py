"""Papers of the demonstration: a wipe log in nwipe's shape, a note of a station, a drawn signature."""

from __future__ import annotations

import datetime as dt
import io
import random

from PIL import Image, ImageDraw


def nwipe_log(serial: str, model: str, size: int, at: dt.datetime) -> bytes:
    """The log of one drive filled with zeros and verified, as nwipe 0.34 writes it."""
    stamp = at.strftime("[%Y/%m/%d %H:%M:%S]")
    notices = [
        f"Found /dev/sda, ATA , {model},  {size // 10**9} GB, S/N={serial}",
        "Program options are set as follows...",
        "  banner   = nwipe 0.34",
        "  method   = Fill With Zeros",
        "  quiet    = 0",
        "  rounds   = 1",
        "  verify   = 1 (last pass)",
        f"/dev/sda has serial number {serial}",
        f"/dev/sda, sect/blk/dev 512/4096/{size}",
        "Invoking method 'Fill With Zeros' on /dev/sda",
        "Starting round 1 of 1 on /dev/sda",
        "Starting pass 1/1, round 1/1, on /dev/sda",
        f"{size} bytes written to /dev/sda",
        "Finished pass 1/1, round 1/1, on /dev/sda",
        "Finished final round 1 of 1 on /dev/sda",
        "Blanking device /dev/sda",
        f"{size} bytes written to /dev/sda",
        "[SUCCESS] Verified that /dev/sda is empty.",
        "[SUCCESS] Blanked device /dev/sda",
    ]
    rule = "-" * 80
    lines = [f"{stamp}  notice: {notice}" for notice in notices]
    lines += ["", " Error Summary ".center(80, "*")]
    lines += ["!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors", rule]
    lines += [f"  {'sda':>8} | {0:11} | {0:20} | {0:20}", "*" * 80, ""]
    lines += [" Drive Status ".center(80, "*"), "!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number", rule]
    lines += [f"  {'sda':>8} | Erased |  98 MB/s | 01:20:37 | {model[:17]}/{serial}", rule]
    lines += [f"{stamp} Total Throughput  98 MB/s, Fill With Zeros, 1R+B+VL", "*" * 80, ""]
    lines += [f"{stamp}    info: Nwipe successfully completed. See summary table for details."]
    return ("\n".join(lines) + "\n").encode()


def station_note(serial: str, what: str, at: dt.datetime) -> bytes:
    """What a bench noted about a drive: serial, command, answer."""
    return f"bench 2\n{at:%Y-%m-%d %H:%M}\nserial {serial}\n{what}\nstatus: completed, no error\n".encode()


def signature(seed: int) -> bytes:
    """A scribble on white, as PNG: everybody's and nobody's signature."""
    chance = random.Random(seed)  # noqa: S311  # a drawing, not a secret
    picture = Image.new("1", (360, 120), 1)
    points = [(20 + step * 16, 60 + chance.randint(-38, 38)) for step in range(20)]
    ImageDraw.Draw(picture).line(points, fill=0, width=3, joint="curve")
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
