"""What is kept of a list goes to the archives as a bag that anybody can open and check without us."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest

from inventory.associations.filing_models import Filing
from inventory.documents.spool import fetched
from inventory.errors import NotAllowed, NotFound, RuleBroken
from inventory.jobs.attempts import work_now
from inventory.lifecycle import Actor
from inventory.privacy.bag import pack_sample, set_bag
from inventory.privacy.eliminations import carry_out
from tests.inventory.privacy.archives import authorised, old
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("archivist")]


def test_the_bag_holds_what_was_kept_and_every_hash_fits(people: People, deputy: Actor) -> None:
    old(3)
    made = carry_out(authorised(people).number, actor=deputy)
    kept = made.lines.get(outcome="kept").key
    job = work_now(pack_sample(made.number, actor=people.data_protection_officer), set_bag)
    archive = fetched(job.code)
    assert archive is not None
    with archive, zipfile.ZipFile(archive) as bag:
        top = f"{made.number}/"
        assert bag.read(f"{top}bagit.txt") == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        checked = set()
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            for line in bag.read(top + manifest).decode().splitlines():
                digest, name = line.split("  ", 1)
                assert hashlib.sha256(bag.read(top + name)).hexdigest() == digest
                checked.add(top + name)
        assert checked == set(bag.namelist()) - {f"{top}tagmanifest-sha256.txt"}
        octets = sum(bag.getinfo(name).file_size for name in checked if "/data/" in name)
        count = len([name for name in checked if "/data/" in name])
        assert f"Payload-Oxum: {octets}.{count}" in bag.read(f"{top}bag-info.txt").decode()
        told = json.loads(bag.read(f"{top}data/{kept}/{kept}.json"))
        filing = Filing.objects.get(request__reference=kept)
        assert bag.read(f"{top}data/{kept}/{filing.number}-lettre.pdf") == f"%PDF-1.4 {kept}".encode()
    assert told["purpose"].startswith("Un atelier")
    assert [one["reasons"] for one in told["decisions"]] == ["Odile n’a rien reçu : stock épuisé."]
    assert len(told["letters"]) == 3
    folders = {name.split("/")[2] for name in checked if name.count("/") == 3}
    assert folders == {kept}


def test_there_is_no_bag_before_the_list_is_carried_out_nor_for_others(people: People) -> None:
    old()
    made = authorised(people)
    with pytest.raises(RuleBroken):
        pack_sample(made.number, actor=people.data_protection_officer)
    with pytest.raises(NotAllowed):
        pack_sample(made.number, actor=people.auditor)
    with pytest.raises(NotFound):
        pack_sample("E-1999-00001", actor=people.data_protection_officer)
