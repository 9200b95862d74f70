"""Each tool's evidence proves what it says of each drive, and nothing that the medium does not allow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inventory.errors import BadFile
from inventory.wiping.evidence import Category, Outcome
from inventory.wiping.evidence.ceilings import DESTROYING, FLASH, ceiling
from tests.inventory.wiping import evidence_files as files
from tests.inventory.wiping.evidence_files import the, verdicts

REAL = Path(__file__).parents[4] / "shared" / "real"


# --- usody-sanitize -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (files.usody(), Outcome.SANITISED),
        (files.usody(sampled_after=False), Outcome.OVERWRITTEN_NOT_VERIFIED),
        (files.usody(steps=0, result=False), Outcome.NOTHING_WIPED),
        (files.usody(steps=0), Outcome.NOTHING_WIPED),
        (files.usody(success=False, result=False), Outcome.FAILED),
        (files.usody(success=False), Outcome.FAILED),
        (files.usody(result=False), Outcome.FAILED),
        (files.usody(planned=3), Outcome.NEEDS_PERSON),
        (files.usody(command="hdparm -I /dev/sda"), Outcome.NOTHING_WIPED),
        (files.usody(command="dd if=/dev/zero of=/dev/sda bs=512 count=1"), Outcome.NOTHING_WIPED),
        (files.usody(command="shred --iterations=1 /dev/sdb"), Outcome.NEEDS_PERSON),
        (files.usody(medium="NVME", command="hdparm --security-erase p /dev/sda"), Outcome.NEEDS_PERSON),
    ],
)
def test_the_commands_and_their_times_decide_and_not_the_result(result, outcome):
    assert the(result).verdict == outcome


def test_an_overwritten_ssd_is_clear():
    verdict = the(files.usody(medium="SSD"))
    assert (verdict.medium_kind, verdict.category) == ("sata_ssd", Category.CLEAR)


def test_a_result_that_says_true_over_a_failed_step_is_quoted():
    assert the(files.usody(success=False)).contradictions == ("result: true",)


# --- nvme sanitize --------------------------------------------------------------------------------------------------


def test_a_sanitize_log_that_changed_after_the_command_is_purge():
    verdict = the(files.nvme())
    assert (verdict.verdict, verdict.category, verdict.serial) == (Outcome.SANITISED, Category.PURGE, "RLS7N0004")
    assert verdict.method == "nvme_sanitize_block_erase"


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"before": files.sanitize_log(1, 2)}, Outcome.NEEDS_PERSON),
        ({"before": None}, Outcome.NEEDS_PERSON),
        ({"after": None}, Outcome.UNREADABLE),
        ({"after": files.sanitize_log(0, 0, erased=0)}, Outcome.NOTHING_WIPED),
        ({"after": files.sanitize_log(2, 2, progress=900)}, Outcome.NEEDS_PERSON),
        ({"after": files.sanitize_log(3, 2)}, Outcome.FAILED),
        ({"after": files.sanitize_log(1, 4)}, Outcome.NEEDS_PERSON),
        ({"after": files.sanitize_log(1, 2, erased=0)}, Outcome.NEEDS_PERSON),
        ({"after": files.sanitize_log(1, 2, progress=3)}, Outcome.NEEDS_PERSON),
        ({"after": files.sanitize_log(1, 2, name="nvme1")}, Outcome.NEEDS_PERSON),
        ({"return_code": 1}, Outcome.FAILED),
        ({"return_code": None}, Outcome.FAILED),
        ({"command": "nvme sanitize /dev/nvme0"}, Outcome.NEEDS_PERSON),
        ({"command": "nvme format /dev/nvme0 -s 1"}, Outcome.NEEDS_PERSON),
        ({"command": "nvme sanitize /dev/nvme1 -a 2"}, Outcome.NEEDS_PERSON),
        ({"command": "nvme sanitize /dev/nvme0 -a start-block-erase"}, Outcome.SANITISED),
    ],
)
def test_a_controllers_success_counts_only_for_the_command_that_was_given(changed, outcome):
    assert the(files.nvme(**changed)).verdict == outcome


def test_a_log_of_older_nvme_cli_with_numbers_is_read():
    after = {"sprog": 65535, "sstat": 0x101, "cdw10_info": "0x2"}
    assert the(files.nvme(after=after)).verdict == Outcome.SANITISED


def test_overwriting_by_the_controller_is_clear():
    changed = {"command": "nvme sanitize /dev/nvme0 -a 3", "after": files.sanitize_log(1, 3)}
    assert the(files.nvme(**changed)).category == Category.CLEAR


def test_one_sanitize_log_alone_needs_a_person():
    assert the(files.sanitize_log(1, 2)).verdict == Outcome.NEEDS_PERSON
    assert the(files.sanitize_log(0, 0)).verdict == Outcome.NOTHING_WIPED
    assert the(files.sanitize_log(3, 2)).verdict == Outcome.FAILED


# --- smartctl -------------------------------------------------------------------------------------------------------


def test_health_is_no_proof_of_sanitisation():
    verdict = the(files.smartctl())
    assert (verdict.verdict, verdict.category, verdict.medium_kind) == (Outcome.NOTHING_WIPED, None, "hdd")
    assert "power_on_time: hours: 12000" in verdict.reasons
    assert the(files.smartctl(device={})).verdict == Outcome.NEEDS_PERSON


# --- Blancco --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False])
def test_a_purging_standard_with_a_firmware_round_is_purge(named):
    verdict = the(files.blancco(named=named))
    assert (verdict.verdict, verdict.category) == (Outcome.SANITISED, Category.PURGE)
    assert (verdict.serial, verdict.medium_kind, verdict.tool_version) == ("RLS0001A7Q", "sata_ssd", "7.6.0")


def test_the_same_report_as_json_is_judged_the_same():
    assert the(files.blancco_json()).category == Category.PURGE
    assert len(verdicts(files.blancco_json(files.erasure(), files.erasure()))) == 2


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"state": "Failed"}, Outcome.FAILED),
        ({"state": "Aborted by user"}, Outcome.ABORTED),
        ({"state": "Successful with warnings"}, Outcome.NEEDS_PERSON),
        ({"state": None}, Outcome.NEEDS_PERSON),
        ({"failed_sectors": "8"}, Outcome.FAILED),
        ({"total_errors": "1"}, Outcome.FAILED),
        ({"total_errors": None}, Outcome.NEEDS_PERSON),
        ({"overwriting_rounds": "0", "firmware_rounds": "0", "total_erasure_rounds": "0"}, Outcome.NOTHING_WIPED),
        ({"total_erasure_rounds": "7"}, Outcome.NEEDS_PERSON),
        ({"cleaned_sectors": "12"}, Outcome.NEEDS_PERSON),
        ({"verification": None}, Outcome.OVERWRITTEN_NOT_VERIFIED),
        ({"verification": "Failed"}, Outcome.FAILED),
    ],
)
def test_a_successful_state_needs_its_numbers(changed, outcome):
    assert the(files.blancco(files.erasure(**changed))).verdict == outcome


def test_a_purging_standard_that_only_wrote_is_clear_and_says_why():
    verdict = the(files.blancco(files.erasure(firmware_rounds="0", total_erasure_rounds="1")))
    assert verdict.category == Category.CLEAR
    assert "no purge on this medium" in verdict.contradictions[0]


def test_emmc_is_never_purged():
    assert the(files.blancco(files.erasure({"type": "eMMC"}))).category == Category.CLEAR


def test_several_reports_and_drives_in_a_file_are_judged_apart():
    report = files.blancco(files.erasure(), files.erasure({"serial": "RLS0002B3T"}, state="Failed"), reports=2)
    assert [verdict.verdict for verdict in verdicts(report)] == [Outcome.SANITISED, Outcome.FAILED] * 2


def test_a_report_that_says_two_things_of_one_drive_needs_a_person():
    doubled = files.blancco().replace(
        b'<entry name="failed_sectors"', b'<entry name="state">Aborted</entry><entry name="failed_sectors"'
    )
    verdict = the(doubled)
    assert verdict.verdict == Outcome.NEEDS_PERSON
    assert "state: Successful / Aborted" in verdict.contradictions


def test_entities_and_depth_are_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><root><blancco_data>&b;</blancco_data></root>'
    for hostile in (bomb, b"<a>" * 5000, b"<root>", b"[" * 50_000, b'{"a":' * 50_000, b'{"a": NaN}'):
        with pytest.raises(BadFile):
            verdicts(hostile)


# --- destruction ----------------------------------------------------------------------------------------------------


def test_a_shredder_batch_destroys_each_medium_in_it():
    found = verdicts(files.destruction())
    assert {verdict.serial for verdict in found} == {"RLS0001A7Q", "RLS7N0004"}
    assert {(verdict.verdict, verdict.category, verdict.verified) for verdict in found} == {
        (Outcome.SANITISED, Category.DESTROY, True)
    }
    assert "particle_mm: 6" in found[0].reasons


@pytest.mark.parametrize(
    "changed",
    [
        {"particle_mm": None},
        {"standard": None},
        {"witness": None},
        {"witness": "P-7Q2"},
        {"photo_sha256": "abc"},
        {"destroyed_at": "yesterday"},
        {"technique": "hammer"},
        {"technique": "degauss", "serials": [{"serial": "RLS0001A7Q", "kind": "hdd"}]},
        {"serials": []},
    ],
)
def test_a_record_that_lacks_something_needs_a_person(changed):
    assert {verdict.verdict for verdict in verdicts(files.destruction(**changed))} == {Outcome.NEEDS_PERSON}


def test_degaussing_flash_does_nothing():
    record = files.destruction(technique="degauss", serials=[{"serial": "RLS7N0004", "kind": "nvme"}])
    assert the(record).verdict == Outcome.NOTHING_WIPED


def test_a_batch_as_csv_is_judged_row_by_row():
    assert [verdict.verdict for verdict in verdicts(files.destruction_csv())] == [Outcome.SANITISED] * 2
    cut = files.destruction_csv()[:-3]
    assert [verdict.verdict for verdict in verdicts(cut)] == [Outcome.SANITISED, Outcome.NEEDS_PERSON]


# --- the table of techniques ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(FLASH))
def test_overwriting_flash_is_at_most_clear(kind):
    assert ceiling("overwrite", kind) == Category.CLEAR


def test_soldered_flash_is_purged_by_nothing_and_degaussing_reaches_nothing():
    techniques = (
        "overwrite",
        "firmware",
        "ata_sanitize_crypto",
        "nvme_sanitize_crypto",
        "nvme_format",
        "factory_reset",
    )
    assert {ceiling(technique, "emmc") for technique in techniques} <= {None, Category.CLEAR}
    assert {ceiling("degauss", kind) for kind in (*FLASH, "hdd", "")} == {None}
    assert "degauss" not in DESTROYING


# --- several documents in a file ------------------------------------------------------------------------------------


def test_documents_in_a_row_are_judged_apart_and_what_is_foreign_is_told():
    joined = b"\n".join(map(files.written, (files.usody(), {"shopping": ["milk"]}, files.smartctl())))
    found = verdicts(joined + b'\n{"steps": [')
    assert [verdict.verdict for verdict in found] == [
        Outcome.SANITISED,
        Outcome.UNREADABLE,
        Outcome.NOTHING_WIPED,
        Outcome.UNREADABLE,
    ]


def test_a_name_that_stands_twice_needs_a_person_and_is_quoted():
    doubled = json.dumps(files.usody())[:-1] + ', "result": true}'
    verdict = the(doubled)
    assert verdict.verdict == Outcome.NEEDS_PERSON
    assert "“result” stands twice" in verdict.contradictions


def test_what_no_database_can_hold_is_replaced_and_what_nobody_reads_is_cut():
    hostile = files.usody(serial="RLS\ud800\u0000X" * 9, command="shred /dev/sda " + "x" * 9000)
    (verdict,) = verdicts(json.dumps(hostile))
    told = json.dumps(verdict.plain(), ensure_ascii=False).encode()
    assert b"\\u0000" not in told
    assert max(map(len, verdict.reasons)) <= 500


# --- the truths of real files ---------------------------------------------------------------------------------------


TRUTHS = {
    "nwipe/nwipe_report_2026-11-22-03-03-40_*.pdf": Outcome.NOTHING_WIPED,
    "nwipe/nwipe_report_2026-11-22-03-03-49_*.pdf": Outcome.FAILED,
    "usody-sanitize/*.json": Outcome.OVERWRITTEN_NOT_VERIFIED,
    "smartctl/ERROR_*.json": Outcome.NEEDS_PERSON,
    "smartctl/[a-z]*.json": Outcome.NOTHING_WIPED,
}


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
@pytest.mark.parametrize("pattern", TRUTHS)
def test_real_files_get_their_true_verdicts(pattern):
    paths = list(REAL.glob(pattern))
    assert paths
    for path in paths:
        assert the(path.read_bytes(), path.name).verdict == TRUTHS[pattern], path.name
