"""The ledger remembers, and whoever touches it behind its back is noticed, with the place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from inventory.devices.commands import quarantine
from inventory.ledger.canonical import canonical
from inventory.ledger.commands import Deed, record, seal
from inventory.ledger.models import Entry, Leaf, PrivatePayload
from inventory.ledger.rules import install, missing, uninstall
from inventory.ledger.tree import EMPTY_ROOT, inclusion_proof, leaf_hash, node_hash, proves_inclusion, root_of
from inventory.lifecycle import Status
from inventory.reports.verification import _instant, verify_ledger
from inventory.rules import RULES
from tests import journeys
from tests.people import People


def _naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written down, for comparison."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_naive_root(leaves[:split]), _naive_root(leaves[split:]))


@given(st.lists(st.binary(max_size=8), max_size=70), st.data())
def test_the_tree_is_the_one_of_the_standard(bodies: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(body) for body in bodies]
    root = root_of(leaves)
    assert root == _naive_root(leaves)
    if leaves:
        index = data.draw(st.integers(0, len(leaves) - 1))
        path = inclusion_proof(index, leaves)
        assert proves_inclusion(leaves[index], index, len(leaves), path, root)
        other = data.draw(st.integers(0, len(leaves) - 1).filter(lambda one: leaves[one] != leaves[index]) | st.none())
        if other is not None:
            assert not proves_inclusion(leaves[other], index, len(leaves), path, root)


def test_an_empty_ledger_has_the_root_of_the_standard() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_same_facts_have_one_spelling() -> None:
    assert canonical({"b": [1, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'.encode()
    with pytest.raises(TypeError, match="no canonical spelling"):
        canonical({"weight": 1.5})


pytestmark = pytest.mark.django_db


def test_a_whole_life_verifies(people: People) -> None:
    for status in Status:
        journeys.make(status)
    result = verify_ledger()
    assert result.fault is None
    assert result.size == Entry.objects.count() == Leaf.objects.count()
    assert result.root == root_of([bytes.fromhex(leaf.leaf_hash) for leaf in Leaf.objects.all()]).hex()


def test_leaf_indexes_have_no_gaps_although_a_transaction_was_rolled_back(people: People) -> None:
    journeys.declared()
    with transaction.atomic():
        journeys.declared()
        transaction.set_rollback(True)
    journeys.declared()
    seal()
    assert list(Leaf.objects.values_list("leaf_index", flat=True)) == list(range(Entry.objects.count()))


def test_an_entry_without_a_transaction_is_impossible(people: People) -> None:
    assert transaction.get_connection().in_atomic_block
    device = journeys.declared()
    with pytest.raises(IntegrityError), transaction.atomic():
        record(Deed("device.note", "device", device.tag, device.seq), actor=people.technician)


def _sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _edit_a_column(entry: Entry) -> None:
    _sql("UPDATE inventory_entry SET actor_key = 'somebody' WHERE id = %s", entry.pk)


def _edit_the_text(entry: Entry) -> None:
    _sql("UPDATE inventory_entry SET body = %s WHERE id = %s", entry.body.replace("desk", "dusk"), entry.pk)


def _edit_and_rehash_badly_for_the_law(entry: Entry) -> None:
    body = orjson.loads(entry.body)
    body["to"] = "ready"
    text = canonical(body).decode()
    _sql("UPDATE inventory_entry SET body = %s, to_status = 'ready' WHERE id = %s", text, entry.pk)
    _sql("UPDATE inventory_leaf SET leaf_hash = %s WHERE entry_id = %s", leaf_hash(text.encode()).hex(), entry.pk)


def _drop_it(entry: Entry) -> None:
    _sql("DELETE FROM inventory_privatepayload WHERE entry_id = %s", entry.pk)
    _sql("DELETE FROM inventory_leaf WHERE entry_id = %s", entry.pk)
    _sql("DELETE FROM inventory_entry WHERE id = %s", entry.pk)


ATTACKS: list[Callable[[Entry], None]] = [
    _edit_a_column,
    _edit_the_text,
    _edit_and_rehash_badly_for_the_law,
    _drop_it,
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_whoever_lifts_the_rules_and_touches_an_entry_is_named(attack: Callable[[Entry], None], people: People) -> None:
    device = journeys.make(Status.IN_REFURBISHMENT)
    journeys.make(Status.RECEIVED)
    seal()
    entry = Entry.objects.filter(subject_kind="device", subject_key=device.tag, event="device.receive").get()
    place = entry.leaf.leaf_index
    with pytest.raises(IntegrityError), transaction.atomic():
        attack(entry)
    uninstall(connection, RULES)
    attack(entry)
    install(connection, RULES)
    fault = verify_ledger().fault
    assert fault is not None
    assert fault.leaf_index == (place if attack is not _drop_it else place + 1)
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_ledger")


def _fault_after(change: Callable[[], None]) -> str:
    uninstall(connection, RULES)
    change()
    install(connection, RULES)
    fault = verify_ledger().fault
    assert fault is not None
    return fault.what


@pytest.mark.parametrize(
    ("column", "value", "name"),
    [
        ("event", "device.note", "event"),
        ("subject_kind", "medium", "kind"),
        ("subject_key", "ZZZZ", "key"),
        ("subject_seq", 77, "seq"),
        ("from_status", "ready", "from"),
        ("to_status", "ready", "to"),
        ("actor_key", "somebody", "actor"),
        ("channel", "pigeon", "channel"),
        ("occurred_at", "2020-02-02 02:02:02.000002+00:00", "occurred_at"),
        ("recorded_at", "2020-02-02 02:02:02.000002+00:00", "recorded_at"),
        ("evidence_sha256", "ab" * 32, "evidence"),
    ],
)
def test_a_column_that_says_something_else_is_named(column: str, value: object, name: str, people: People) -> None:
    device = journeys.declared()
    seal()
    entry = Entry.objects.get(subject_kind="device", subject_key=device.tag, subject_seq=1)
    if connection.vendor == "sqlite" and column.endswith("_at"):
        value = str(value).removesuffix("+00:00")
    what = _fault_after(lambda: _sql(f"UPDATE inventory_entry SET {column} = %s WHERE id = %s", value, entry.pk))
    assert what == f"The column '{name}' does not say what the hashed text says."


@pytest.mark.parametrize(
    ("rewritten", "sentence"),
    [
        (lambda body: orjson.dumps(body, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2), "one spelling"),
        (lambda body: orjson.dumps(body, option=orjson.OPT_SORT_KEYS)[:-1], "cannot be read"),
        (lambda body: b"[]", "cannot be read"),
        (lambda body: _sorted(body | {"facts": {"weight": 1.5}}), "one spelling"),
        (lambda body: _sorted(body | {"facts": {"drives": [{"weight": 1.5}]}}), "one spelling"),
        (lambda body: _sorted(body | {"v": 1.5}), "one spelling"),
        (lambda body: _sorted({key: value for key, value in body.items() if key != "evidence"}), "'evidence'"),
    ],
)
def test_a_text_spelt_another_way_is_noticed_although_it_was_hashed_anew(
    rewritten: Callable[[dict[str, object]], bytes], sentence: str, people: People
) -> None:
    device = journeys.declared()
    seal()
    entry = Entry.objects.get(subject_kind="device", subject_key=device.tag, subject_seq=1)
    text = rewritten(orjson.loads(entry.body))

    def change() -> None:
        _sql("UPDATE inventory_entry SET body = %s WHERE id = %s", text.decode(), entry.pk)
        _sql("UPDATE inventory_leaf SET leaf_hash = %s WHERE entry_id = %s", leaf_hash(text).hex(), entry.pk)

    assert sentence in _fault_after(change)


def _sorted(body: dict[str, object]) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def test_a_status_changed_behind_the_ledger_is_named(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    uninstall(connection, RULES)
    _sql("UPDATE inventory_device SET status = 'lost' WHERE id = %s", device.pk)
    install(connection, RULES)
    fault = verify_ledger().fault
    assert fault is not None
    assert (fault.kind, fault.key) == ("device", device.tag)


def test_free_text_stays_out_of_the_ledger_and_can_be_erased(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    remark = "La batterie de Madame Untel gonfle"
    quarantine(device.tag, actor=people.technician, reason="dangerous_battery", remark=remark)
    assert not any(remark in body for body in Entry.objects.values_list("body", flat=True))
    private = PrivatePayload.objects.get(entry__subject_key=device.tag)
    assert remark in private.payload
    PrivatePayload.objects.filter(pk=private.pk).delete()
    assert verify_ledger().fault is None


def test_a_changed_private_text_is_noticed(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    quarantine(device.tag, actor=people.technician, reason="damaged", remark="écran fendu")
    uninstall(connection, RULES)
    _sql('UPDATE inventory_privatepayload SET payload = \'{"remark":"rien"}\'')
    install(connection, RULES)
    fault = verify_ledger().fault
    assert fault is not None
    assert "private" in fault.what


def test_missing_rules_are_noticed_at_start(people: People) -> None:
    from inventory.apps import check_rules

    assert missing(connection, RULES) == []
    assert check_rules(databases=["default"]) == []
    uninstall(connection, RULES[:1])
    assert missing(connection, RULES)[0] == RULES[0].name
    assert [message.id for message in check_rules(databases=["default"])] == ["relais.W002"]
    install(connection, RULES[:1])


def test_verify_ledger_says_that_all_is_well(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    journeys.make(Status.READY)
    call_command("verify_ledger")
    assert "The ledger holds." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("2026-11-22 17:58:09.123456", "2026-11-22T17:58:09.123456Z"),
        ("2026-11-22 17:58:09.123456+00", "2026-11-22T17:58:09.123456Z"),
        ("2026-11-22 17:58:09.123+00", "2026-11-22T17:58:09.123000Z"),
        ("2026-11-22 17:58:09.1+00", "2026-11-22T17:58:09.100000Z"),
        ("2026-11-22 17:58:09+00", "2026-11-22T17:58:09.000000Z"),
        ("2026-11-22 18:58:09.5+01", "2026-11-22T17:58:09.500000Z"),
        ("2026-11-22 17:58:09", "2026-11-22T17:58:09.000000Z"),
    ],
)
def test_a_moment_is_read_from_either_databases_text_to_its_last_nought(text: str, spelt: str) -> None:
    assert _instant(text) == spelt
