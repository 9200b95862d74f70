"""The house keeps its own rules: read from the source, so that a rule broken anywhere is named with its line."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = ("backend", "inventory", "labels", "imports")
DOORS = (
    "inventory/api/",
    "inventory/pages/",
    "labels/api.py",
    "labels/pages.py",
    "labels/paper_pages.py",
    "imports/api.py",
    "imports/pages.py",
)
DOORS += ("backend/api.py", "labels/paper_pages.py", "labels/printer_pages.py", "labels/printer_api.py")
MOST_LINES = 400
NO_NAMES = {"utils", "helpers", "common", "core", "base", "services", "managers", "misc", "tools"}
# They work inside the transaction of the command that calls them, and say so in their docstrings.
WITHIN = {
    "inventory/devices/steps.py": {"take", "take_all", "note", "note_all", "leave_play", "come_into_play"},
    "inventory/devices/commands.py": {"learn", "learn_all"},
    "inventory/devices/accessories.py": {"set_accessories"},
    "inventory/devices/media.py": {"carry_medium", "change_medium", "list_found", "note_medium", "tell_missed"},
    "inventory/wiping/quarantine.py": {"reopen_device", "hold"},
    "inventory/scanning/commands.py": {"open_and_locked"},
    "inventory/devices/genealogy/commands.py": {"remember_apart"},
    "inventory/associations/commands.py": {"change_request"},
    "inventory/collection/commands.py": {"remember"},
    "inventory/collection/differences.py": {"open_difference", "settle"},
    "inventory/documents/commands.py": {"next_number"},
    # One statement, at most once a minute, on a request that only reads.
    "backend/accounts/commands.py": {"user_of_token"},
    "inventory/ledger/commands.py": {"record", "record_all", "record_alike"},
    "inventory/ledger/checkpoints.py": {"checkpoint_for_paper"},
}
# No person acts: the sealer works for the house itself.
WITHOUT_ACTOR = {"inventory/ledger/commands.py": {"seal"}, "inventory/documents/commands.py": {"next_number"}}
WRITES = {
    "save",
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "bulk_update",
    "update",
    "delete",
    "set",
}
TEXT = {".py", ".html", ".md", ".toml", ".yml", ".txt", ".css", ".js", ".typ", ".svg", ".json", ".po", ""}


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    # A copy without its history: everything that is not made by running it.
    made = {".venv", ".git", "var", "__pycache__", "node_modules"}
    return [path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)]


TRACKED = _tracked()
PYTHON = [path for path in TRACKED if path.suffix == ".py"]
MODULES = [path for path in PYTHON if path.relative_to(ROOT).parts[0] in CODE and "migrations" not in path.parts]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def _doors() -> list[Path]:
    return [path for path in MODULES if _name(path).startswith(DOORS)]


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))


def _called(call: ast.Call) -> str:
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def test_only_one_place_changes_the_status_of_a_device() -> None:
    places = []
    for path in MODULES:
        for node in ast.walk(_tree(path)):
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [
                one for target in targets for one in (target.elts if isinstance(target, ast.Tuple) else [target])
            ]
            places += [
                _name(path) for target in targets if isinstance(target, ast.Attribute) and target.attr == "status"
            ]
            if isinstance(node, ast.Call) and _called(node) in {"update", "create", "Device"}:
                found = any(word.arg == "status" for word in node.keywords)
                places += [_name(path)] if found else []
    # The answer of an HTTP request has a status too.
    assert sorted(set(places) - {"backend/idempotency.py"}) == ["inventory/devices/steps.py"]


def test_only_one_place_enters_devices() -> None:
    builders = [
        _name(path)
        for path in MODULES
        for call in _calls(_tree(path))
        if _called(call) == "Device"
        or (_called(call) == "write_rows" and ast.unparse(call.args[0]) == "Device")
        or ast.unparse(call.func) in {"Device.objects.create", "Device.objects.bulk_create"}
    ]
    assert builders == ["inventory/devices/entrance.py"]


def test_doors_do_not_read_or_write_tables_themselves() -> None:
    wrong = [
        f"{_name(path)}:{node.lineno}"
        for path in _doors()
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}
    ]
    assert wrong == []


def test_doors_let_refusals_through() -> None:
    from inventory import errors

    refusals = {name for name, thing in vars(errors).items() if _is_refusal(thing)} | {"Exception", "BaseException", ""}
    forms = [path for path in MODULES if path.stem.endswith("forms")]
    wrong = []
    for path in {*_doors(), *forms}:
        tree = _tree(path)
        in_forms = {inner for node in tree.body if isinstance(node, ast.ClassDef) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = {inner.id for inner in ast.walk(node.type) if isinstance(inner, ast.Name)} if node.type else {""}
            if caught & refusals and not (node in in_forms and _told_beside_its_field(node)):
                wrong.append(f"{_name(path)}:{node.lineno}")
    assert sorted(wrong) == []


def _told_beside_its_field(handler: ast.ExceptHandler) -> bool:
    # All that a form may do with what the domain says of a value: say it beside the field.
    (only, *more) = handler.body
    words = ast.unparse(only)
    return not more and words.startswith(("self.add_error(", "raise forms.ValidationError(str("))


def test_every_command_is_one_transaction_of_a_named_actor() -> None:
    wrong = []
    for path in MODULES:
        if path.name != "commands.py" and _name(path) not in COMMANDS_ELSEWHERE:
            continue
        if path.parent.name == "management":
            continue
        for function in _functions(_tree(path)):
            place = f"{_name(path)}:{function.lineno} {function.name}"
            if ast.get_docstring(function) is None:
                wrong.append(f"{place} has no docstring")
            if function.returns is None:
                wrong.append(f"{place} has no return type")
            wrong += [f"{place} {what}" for what in _faults_of_a_writer(path, function)]
    assert wrong == []


COMMANDS_ELSEWHERE = {
    *(
        f"inventory/allocation/{name}.py"
        for name in ["complaints", "continuing", "deciding", "pins", "points", "sharing", "taking_in"]
    ),
    "inventory/devices/steps.py",
    "inventory/devices/corrections.py",
    "inventory/devices/accessories.py",
    "inventory/devices/media.py",
    "inventory/devices/inspections/lists.py",
    "inventory/ledger/checkpoints.py",
    "inventory/ledger/witnesses.py",
    "inventory/ledger/erasing.py",
    "inventory/privacy/terms.py",
    "inventory/privacy/eliminations.py",
    "inventory/privacy/bag.py",
    "inventory/wiping/quarantine.py",
    "inventory/wiping/second_checks.py",
    "inventory/wiping/deciding.py",
    "inventory/scanning/stocktake.py",
    "inventory/collection/planning.py",
    "inventory/collection/pickups.py",
    "inventory/collection/differences.py",
    "backend/accounts/pins.py",
    *(f"inventory/associations/{name}.py" for name in ("register", "interests", "filings", "letters", "confirming")),
    *(f"inventory/handover/{name}.py" for name in ("valuing", "appointments", "arrivals", "aftercare", "recalling")),
    *(f"inventory/handover/{name}.py" for name in ("drafting", "replacing", "supervision")),
    "inventory/disposal/finding.py",
    "imports/runs.py",
    "imports/choosing.py",
}


def _faults_of_a_writer(path: Path, function: ast.FunctionDef) -> list[str]:
    atomic = any(ast.unparse(decorator) == "transaction.atomic" for decorator in function.decorator_list)
    within = function.name in WITHIN.get(_name(path), set())
    writes = any(
        isinstance(call.func, ast.Attribute) and call.func.attr in WRITES and "objects" in ast.unparse(call.func.value)
        for call in _calls(function)
    )
    names = {argument.arg for argument in function.args.kwonlyargs}
    acts = "actor" in names | {argument.arg for argument in function.args.args}
    faults = []
    if (writes or "actor" in names) and not atomic and not within:
        faults.append("is not @transaction.atomic")
    if atomic and within:
        faults.append("is atomic: take it off the list of those that are not")
    if atomic and "actor" not in names and function.name not in WITHOUT_ACTOR.get(_name(path), set()):
        faults.append("takes no keyword-only `actor`" + (" (it is positional)" if acts else ""))
    return faults


def test_the_list_of_those_within_a_transaction_is_no_longer_than_it_must_be() -> None:
    for name, functions in WITHIN.items():
        assert functions <= {function.name for function in _functions(_tree(ROOT / name))}, name


def test_every_refusal_has_its_http_status() -> None:
    from backend.errors import STATUS_OF
    from inventory import errors

    named = {thing for thing in vars(errors).values() if _is_refusal(thing)}
    assert set(STATUS_OF) == named
    elsewhere = [
        f"{_name(path)}:{node.lineno}"
        for path in MODULES
        if _name(path) != "inventory/errors.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.ClassDef)
        and {ast.unparse(base).rsplit(".", 1)[-1] for base in node.bases} & {refusal.__name__ for refusal in named}
    ]
    assert elsewhere == []
    codes = [refusal.code for refusal in named]
    assert len(codes) == len(set(codes))


def _is_refusal(thing: object) -> bool:
    from inventory.errors import Refusal

    return isinstance(thing, type) and issubclass(thing, Refusal)


def test_every_module_says_in_one_sentence_why_it_exists() -> None:
    wrong = []
    for path in PYTHON:
        if "migrations" in path.parts or not path.read_text().strip():
            continue
        said = ast.get_docstring(_tree(path)) or ""
        first = said.split("\n\n")[0].strip()
        if not first.endswith((".", "…")):
            wrong.append(f"{_name(path)}: {first!r}")
    assert wrong == []


def test_no_file_is_longer_than_one_can_hold() -> None:
    spared = ("migrations", "vendor", "locale", "fonts")
    long = {}
    for path in TRACKED:
        if path.suffix in {".py", ".html", ".js", ".css", ".typ", ".md"} or path.name == "run":
            if any(part in path.parts for part in spared):
                continue
            count = len(path.read_text().splitlines())
            if count > MOST_LINES:
                long[_name(path)] = count
    assert {name: count for name, count in long.items() if name not in WHOLE} == {}


# One sheet for the whole look: cut up, its order would be lost. What an auditor takes along as one file, and what
# makes the environment and therefore cannot import from it.
WHOLE = {"backend/web/static/web/relais.css", "run"}
WHOLE |= {f"inventory/reports/verify_{what}.py" for what in ("workbook", "checkpoint")}


def test_no_module_is_called_after_a_pattern() -> None:
    parts = {part for path in PYTHON for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & NO_NAMES == set()


def test_the_layers_hold() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([str(tool), "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_requirements_name_packages_and_no_place_to_get_them() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text()
        assert not re.search(r"^\s*(--(extra-)?index-url|-i |--find-links|-f |--trusted-host)", text, re.M), path.name
        assert "file://" not in text, path.name
        assert not re.search(r"https?://", text), path.name
        assert " @ " not in text, path.name


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    # Put together here, so that this very file passes.
    places = ["/" + "work/", "/" + "root/", "/" + "home/"]
    wrong = []
    for path in TRACKED:
        if path.suffix not in TEXT or any(part in {"vendor", "fonts"} for part in path.parts):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            wrong += [f"{_name(path)}:{number}" for place in places if place in line]
    assert wrong == []


def test_the_migrations_say_all_that_the_models_say() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "backend.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


TEMPLATES = [path for path in TRACKED if "templates" in path.parts and path.suffix in {".html", ".txt"}]
# Found by name by Django and allauth, not by ours.
KNOWN_BY_OTHERS = ("account/", "allauth/", "403.html", "403_csrf.html", "404.html", "500.html", "400.html", "django/")


def _template_name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[len(parts) - parts[::-1].index("templates") :])


def test_every_template_is_used() -> None:
    sources = "\n".join(path.read_text() for path in [*MODULES, *TEMPLATES])
    patterns = [
        re.compile(re.escape(text).replace(r"\{\}", r"[\w-]+"))
        for path in MODULES
        for text in _patterned_names(_tree(path))
    ]
    unused = [
        name
        for name in map(_template_name, TEMPLATES)
        if not name.startswith(KNOWN_BY_OTHERS)
        and f'"{name}"' not in sources
        and not any(pattern.fullmatch(name) for pattern in patterns)
    ]
    assert unused == []


def _patterned_names(tree: ast.Module) -> Iterator[str]:
    """Names of templates that are put together, such as f"inventory/requests/{step}.html", with {} for what varies."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            if text.endswith(".html"):
                yield text


@pytest.mark.parametrize("path", TEMPLATES, ids=_template_name)
def test_every_address_that_a_template_names_exists(path: Path) -> None:
    from django.urls import get_resolver

    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)} | {
        f"{space}:{name}"
        for space, (_prefix, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    named = set(re.findall(r"""{%\s*url\s+["']([\w:.-]+)["']""", path.read_text()))
    assert named <= known, named - known


def test_every_field_that_could_hold_personal_data_is_declared() -> None:
    from inventory.privacy.fields import undeclared

    assert undeclared() == [], "Say in inventory/privacy/fields.py what they hold, or why it is about nobody."
