"""`judge` tells what files prove, by command and by API, and stores nothing."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from inventory.wiping.evidence import Outcome
from tests.inventory.wiping import evidence_files as files
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log

NAMES = {
    *("file", "device", "serial", "verdict", "category", "verified", "method", "tool", "version"),
    *("model", "medium_kind", "reasons", "contradictions"),
}


def told(*paths) -> list[dict]:
    out = io.StringIO()
    call_command("judge", *map(str, paths), stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_drive_is_one_line_in_the_order_of_the_files(tmp_path):
    log, report = tmp_path / "a.log", tmp_path / "b.pdf"
    log.write_text(nwipe_log(Disk(), Disk("/dev/sdb", serial="", status="UABORTED"), ending="was aborted by the user"))
    report.write_bytes(files.report_of_drive(status="FAILED"))
    lines = told(log, report)
    assert all(set(line) == NAMES for line in lines)
    assert [(line["file"], line["serial"], line["verdict"]) for line in lines] == [
        (str(log), "RLS0001A7Q", "sanitised"),
        (str(log), None, "aborted"),
        (str(report), "RLS0001A7Q", "failed"),
    ]
    assert (lines[0]["category"], lines[0]["verified"], lines[0]["tool"]) == ("clear", True, "nwipe")
    assert lines[0]["reasons"]


@pytest.mark.parametrize("data", [b"", b"All disks wiped, promised.", b"<root>", b"{", b"%PDF-1.3"])
def test_a_file_that_cannot_be_read_is_one_line_with_the_reason(tmp_path, data):
    path = tmp_path / "odd.txt"
    path.write_bytes(data)
    (line,) = told(path)
    assert (line["verdict"], line["category"], line["verified"]) == (Outcome.UNREADABLE, None, False)
    assert line["reasons"][0].endswith(".")


def test_a_file_that_is_not_there_ends_the_command_with_two(tmp_path):
    with pytest.raises(CommandError, match="cannot be opened") as refused:
        told(tmp_path / "none.log")
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="cannot be opened"):
        told(tmp_path)
