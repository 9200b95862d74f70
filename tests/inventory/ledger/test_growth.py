"""The stored tree is the tree: its roots and proofs are those of the standard, whatever the size."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from inventory.ledger.commands import Deed, record, record_all, seal
from inventory.ledger.growth import consistency, grow, inclusion, root_at
from inventory.ledger.models import Entry, Leaf, Subtree, Unsealed
from inventory.ledger.rules import install, uninstall
from inventory.ledger.tree import (
    consistency_path,
    cover,
    joined,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
    root_of,
)
from inventory.reports.verification import root_now, verify_ledger
from inventory.rules import RULES
from tests import journeys
from tests.people import People

LEAVES = [leaf_hash(str(number).encode()) for number in range(700)]


def _subproof(earlier: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2 as it is written down, for comparison."""
    if earlier == len(leaves):
        return [] if whole else [root_of(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if earlier <= split:
        return [*_subproof(earlier, leaves[:split], whole), root_of(leaves[split:])]
    return [*_subproof(earlier - split, leaves[split:], False), root_of(leaves[:split])]


@given(st.integers(1, 700), st.data())
def test_a_proof_of_consistency_is_the_one_of_the_standard(size: int, data: st.DataObject) -> None:
    earlier = data.draw(st.integers(1, size))
    leaves = LEAVES[:size]
    path = [
        joined([root_of(leaves[one.position << one.level : (one.position + 1) << one.level]) for one in span])
        for span in consistency_path(earlier, size)
    ]
    assert path == _subproof(earlier, leaves, True)
    old, new = root_of(leaves[:earlier]), root_of(leaves)
    assert proves_consistency(earlier, old, size, new, path)
    other = node_hash(old, new)
    assert not proves_consistency(earlier, other, size, new, path)
    assert not proves_consistency(earlier, old, size, other, path)
    assert not proves_consistency(earlier, old, size, new, [*path, other])
    if path:
        assert not proves_consistency(earlier, old, size, new, path[:-1])


@given(st.integers(0, 700))
def test_the_subtrees_that_cover_a_tree_give_its_root(size: int) -> None:
    spans = cover(0, size)
    hashes = [root_of(LEAVES[one.position << one.level : (one.position + 1) << one.level]) for one in spans]
    assert joined(hashes) == root_of(LEAVES[:size])


pytestmark = pytest.mark.django_db


def _with_leaves(people: People, sizes: list[int]) -> None:
    for size in sizes:
        start = Leaf.objects.count()
        deeds = [Deed("tag.test", "tag", f"T{start + number}", 1) for number in range(size - start)]
        with transaction.atomic():
            record_all(deeds, actor=people.technician)
            seal()


@pytest.mark.parametrize("sizes", [[1], [15], [16], [17, 255, 256, 257], [4097]])
def test_the_stored_tree_gives_the_roots_and_proofs_of_its_leaves(sizes: list[int], people: People) -> None:
    _with_leaves(people, sizes)
    size = sizes[-1]
    leaves = [bytes.fromhex(one) for one in Leaf.objects.order_by("leaf_index").values_list("leaf_hash", flat=True)]
    for earlier in {1, 2, 15, 16, 17, size // 2, size - 1, size} & set(range(1, size + 1)):
        root = root_of(leaves[:earlier])
        assert root_at(earlier) == root
        assert proves_consistency(earlier, root, size, root_of(leaves), consistency(earlier, size))
        assert proves_inclusion(leaves[earlier - 1], earlier - 1, size, inclusion(earlier - 1, size), root_of(leaves))
    assert Subtree.objects.count() == sum(size >> level for level in (4, 8, 12))


def test_no_proof_is_made_of_what_is_not_there(people: People) -> None:
    _with_leaves(people, [20])
    for ask in (lambda: inclusion(20, 20), lambda: inclusion(3, 40), lambda: consistency(30, 20), lambda: root_at(21)):
        with pytest.raises(IndexError):
            ask()
    assert consistency(0, 20) == []


def test_a_ledger_of_before_has_its_subtrees_stored_at_the_next_sealing(people: People) -> None:
    _with_leaves(people, [40])
    Subtree.objects.all().delete()
    _with_leaves(people, [41])
    assert Subtree.objects.count() == 2
    assert verify_ledger().fault is None


def test_a_proof_and_the_leaves_cannot_say_different_things(people: People) -> None:
    _with_leaves(people, [300])
    one = Subtree.objects.order_by("place")[7:8].get()
    Subtree.objects.filter(pk=one.pk).update(digest="ab" * 32)
    fault = verify_ledger().fault
    assert fault is not None
    assert (fault.leaf_index, fault.what) == (112, "The stored hash of 16 entries is not what they give.")
    Subtree.objects.filter(pk=one.pk).update(digest=one.digest)
    Subtree.objects.create(place=(4 << 48) + 18, digest="ab" * 32)
    fault = verify_ledger().fault
    assert fault is not None
    assert fault.what == "The tree holds hashes of entries that are not there."


def test_a_missing_leaf_leaves_no_root_rather_than_an_error(people: People) -> None:
    _with_leaves(people, [20])
    uninstall(connection, RULES)
    Leaf.objects.filter(leaf_index=17).delete()
    install(connection, RULES)
    assert root_now() == (20, "")


def test_sealing_looks_only_at_what_was_written_since(people: People, django_assert_num_queries: Any) -> None:
    _with_leaves(people, [300])
    assert not Unsealed.objects.exists()
    with django_assert_num_queries(1):
        assert seal() == 0
    device = journeys.declared()
    first = Entry.objects.filter(subject_key=device.tag).order_by("id").first()
    assert first is not None
    assert Unsealed.objects.filter(since__gt=first.pk).count() == 0
    assert seal() == 1
    assert not Unsealed.objects.exists()


def test_what_a_savepoint_took_back_is_not_waited_for(people: People) -> None:
    with transaction.atomic():
        with transaction.atomic():
            record(Deed("tag.test", "tag", "T1", 1), actor=people.technician)
            transaction.set_rollback(True)
        record(Deed("tag.test", "tag", "T2", 1), actor=people.technician)
    assert list(Entry.objects.values_list("subject_key", flat=True)) == ["T2"]
    assert Unsealed.objects.count() == 1
    assert seal() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_was_numbered_early_and_committed_late_gets_its_leaf_too(people: People) -> None:
    numbered, go_on = threading.Event(), threading.Event()

    def long_import() -> None:
        try:
            with transaction.atomic():
                record(Deed("tag.test", "tag", "EARLY", 1), actor=people.technician)
                numbered.set()
                go_on.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=long_import)
    thread.start()
    assert numbered.wait(20)
    with transaction.atomic():
        record(Deed("tag.test", "tag", "LATE", 1), actor=people.technician)
    order = Leaf.objects.order_by("leaf_index").values_list("entry__subject_key", flat=True)
    assert list(order.all()) == ["LATE"]
    go_on.set()
    thread.join()
    assert list(order.all()) == ["LATE", "EARLY"]
    assert verify_ledger().fault is None


def test_growing_by_hand_stores_nothing_twice(people: People) -> None:
    _with_leaves(people, [32])
    assert grow(32) == 0
