"""The script that starts everything: it notices a changed lock, never shrinks an environment, and counts what ran."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "run"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, with its folders in a place of its own and nothing really installed."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = importlib.machinery.SourceFileLoader("relais_run", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("relais_run", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / ".relais-stamp")
    (tmp_path / "requirements").mkdir()
    for level in module.LEVELS:
        (tmp_path / "requirements" / f"{level}.txt").write_text(f"{level}==1\n")
    module.installed = []

    def make_venv() -> None:
        (tmp_path / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".venv" / "bin" / "python").touch()

    monkeypatch.setattr(module, "make_venv", make_venv)
    monkeypatch.setattr(module, "install", lambda lock: module.installed.append(lock.stem))
    return module


def test_the_second_start_installs_nothing(run: ModuleType) -> None:
    run.make_environment("base")
    run.make_environment("base")
    assert run.installed == ["base"]


def test_a_larger_verb_adds_and_a_smaller_one_takes_nothing_away(run: ModuleType) -> None:
    for level in ("base", "dev", "test", "base"):
        run.make_environment(level)
    assert run.installed == ["base", "dev"]


def test_a_changed_lock_is_installed_at_the_level_that_stands(run: ModuleType, tmp_path: Path) -> None:
    run.make_environment("test")
    (tmp_path / "requirements" / "test.txt").write_text("test==2\n")
    run.make_environment("base")
    assert run.installed == ["test", "test"]


def test_a_broken_stamp_counts_as_none(run: ModuleType) -> None:
    run.make_environment("test")
    run.STAMP.write_text("{ half a")
    run.make_environment("base")
    assert run.installed == ["test", "base"]
    assert json.loads(run.STAMP.read_text())["level"] == "base"


def test_a_taken_port_is_passed_over(run: ModuleType) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert run.free_port([taken]) == 0
        assert run.free_port([taken, 0]) == 0
        assert run.free_port(range(taken, taken + 50)) > taken


def test_an_unknown_verb_shows_the_verbs() -> None:
    asked = subprocess.run([sys.executable, str(SCRIPT), "dance"], capture_output=True, text=True, check=False)
    assert asked.returncode == 2
    assert "./run VERB" in asked.stdout
    assert "manage verify_ledger" in asked.stdout


def test_the_script_reads_on_the_oldest_python_it_must_refuse() -> None:
    source = SCRIPT.read_text()
    compile(source, "run", "exec", dont_inherit=True)
    assert "match " not in source
    assert "except*" not in source


def test_every_lock_holds_hashes_and_no_address() -> None:
    for level in ("base", "test", "dev"):
        lock = (SCRIPT.parent / "requirements" / f"{level}.txt").read_text()
        assert "--hash=sha256:" in lock
        assert "://" not in lock
