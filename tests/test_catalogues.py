"""Nobody reads an English sentence by accident: every sentence stands in French and in Dutch."""

from __future__ import annotations

import polib
import pytest

from tests.catalogues import LANGUAGES, LOCALE, catalogue, placeholders, sentences


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    known = {(entry.msgid, entry.msgid_plural) for entry in catalogue(language) if entry.translated()}
    missing = sorted(set(sentences()) - known)
    assert missing == [], f"{len(missing)} sentences; run `python -m tests.catalogues` and translate them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_that_nobody_says(language: str) -> None:
    said = set(sentences())
    assert [entry.msgid for entry in catalogue(language) if (entry.msgid, entry.msgid_plural) not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_placeholders_and_are_sure(language: str) -> None:
    for entry in catalogue(language):
        assert "fuzzy" not in entry.flags, entry.msgid
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            if text:
                assert placeholders(text) in (placeholders(entry.msgid), placeholders(entry.msgid_plural)), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_one_of_the_source(language: str) -> None:
    compiled = polib.mofile(str(LOCALE / language / "LC_MESSAGES" / "django.mo"))
    source = [entry for entry in catalogue(language) if entry.translated()]
    spoken = {(entry.msgid, entry.msgid_plural): (entry.msgstr, entry.msgstr_plural) for entry in compiled}
    assert spoken == {(entry.msgid, entry.msgid_plural): (entry.msgstr, entry.msgstr_plural) for entry in source}
