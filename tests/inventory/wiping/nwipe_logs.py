"""Logs in the shape of nwipe's, with content of our own: one builder, so that a test says only what differs."""

from __future__ import annotations

from dataclasses import dataclass

SIZE = 128_035_676_160
HEAD = "[2026/03/02 09:15:{second:02d}] {label:>7}: "


@dataclass(frozen=True)
class Disk:
    """One drive of a run, as the log should tell it."""

    path: str = "/dev/sda"
    serial: str = "RLS0001A7Q"
    model: str = "Relais Disk 128"
    size: int = SIZE
    status: str = " Erased "
    errors: tuple[int, int, int] = (0, 0, 0)
    written: int | None = None
    verified: bool = True

    @property
    def flag(self) -> str:
        return "!" if self.status != " Erased " else " "

    @property
    def name(self) -> str:
        return self.path.removeprefix("/dev/")


def nwipe_log(
    *disks: Disk,
    method: str = "Fill With Zeros",
    footer: str = "1R+B+VL",
    verify: str = "1 (last pass)",
    quiet: str = "0",
    version: str = "0.33",
    passes: int = 1,
    extra: tuple[str, ...] = (),
    ending: str = "successfully completed. See summary table for details.",
    erasures: bool = False,
) -> str:
    """A whole log; `extra` are notices in the middle of it."""
    disks = disks or (Disk(),)
    lines: list[str] = []

    def say(text: str, label: str = "notice") -> None:
        lines.append(HEAD.format(second=min(len(lines), 59), label=label) + text)

    for disk in disks:
        say(f"Found {disk.path}, ATA , {disk.model},  128 GB, S/N={disk.serial}")
    say("Program options are set as follows...")
    for option, value in (
        ("banner  ", f"nwipe {version}"),
        ("method  ", method),
        ("quiet   ", quiet),
        ("rounds  ", "1"),
        ("verify  ", verify),
    ):
        say(f"  {option} = {value}")
    for disk in disks:
        if disk.serial:
            say(f"{disk.path} has serial number {disk.serial}")
        say(f"{disk.path}, sect/blk/dev 512/4096/{disk.size}")
    for disk in disks:
        _work(say, disk, method, footer, passes)
    for text in extra:
        say(text)
    lines.append("")
    lines += _table("Error Summary", "!   Device | Pass Errors | Verifications Errors | Fdatasync I\\O Errors")
    for disk in disks:
        passed, verified, synced = disk.errors
        flag = "!" if any(disk.errors) else " "
        lines.append(f"{flag} {disk.name:>8} | {passed:11} | {verified:20} | {synced:20}")
    lines += ["*" * 80, ""]
    if erasures:
        lines += _table("Erasure Summary", "!   Device |      Bytes Erased |      Bytes Total | Percentage Erased")
        lines += [f"  {d.name:>8} | {d.written or d.size:17} | {d.size:16} |           100.00%" for d in disks]
        lines += ["*" * 80, ""]
    lines += _table("Drive Status", "!   Device | Status | Thru-put | HH:MM:SS | Model/Serial Number")
    lines += [f"{d.flag} {d.name:>8} |{d.status}|  98 MB/s | 00:20:37 | {d.model[:17]}/{d.serial}" for d in disks]
    lines.append("-" * 80)
    lines.append(f"[2026/03/02 09:40:00] Total Throughput  98 MB/s, {method}, {footer}")
    lines += ["*" * 80, ""]
    lines.append(f"[2026/03/02 09:40:00]    info: Nwipe {ending}")
    return "\n".join(lines) + "\n"


def _work(say, disk: Disk, method: str, footer: str, passes: int) -> None:
    written = disk.size if disk.written is None else disk.written
    say(f"Invoking method '{method}' on {disk.path}")
    say(f"Starting round 1 of 1 on {disk.path}")
    for step in range(1, passes + 1):
        say(f"Starting pass {step}/{passes}, round 1/1, on {disk.path}")
        say(f"{written} bytes written to {disk.path}")
        if footer.endswith("VA") or (footer.endswith("NB+VL") and step == passes):
            say(f"Verified pass {step} of {passes}, round 1 of 1, on '{disk.path}'.")
        say(f"Finished pass {step}/{passes}, round 1/1, on {disk.path}")
    say(f"Finished final round 1 of 1 on {disk.path}")
    if "+B+" in footer:
        say(f"Blanking device {disk.path}")
        say(f"{written} bytes written to {disk.path}")
        if disk.verified and not footer.endswith("NV"):
            say(f"[SUCCESS] Verified that {disk.path} is empty.")
        say(f"[SUCCESS] Blanked device {disk.path}")


def _table(title: str, headings: str) -> list[str]:
    return [f" {title} ".center(80, "*"), headings, "-" * 80]
