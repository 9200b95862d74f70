"""A tag is read from anything people and scanners type, and never as another tag."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_2

from inventory.devices.tags import ALPHABET, check_symbol, grouped, new_tag, read_tag, read_tags, tag_url
from inventory.errors import BadInput

TAG = "7K3QX9M21"

# The same keys on two keyboards, row by row, without and with Shift: the oracle knows key positions.
US = (
    ("1234567890-=", "qwertyuiop", "asdfghjkl;", "zxcvbnm,./"),
    ("!@#$%^&*()_+", "QWERTYUIOP", "ASDFGHJKL:", "ZXCVBNM<>?"),
)
BE = (
    ("&é\"'(§è!çà)-", "azertyuiop", "qsdfghjklm", "wxcvbn,;:="),
    ("1234567890°_", "AZERTYUIOP", "QSDFGHJKLM", "WXCVBN?./+"),
)
TO_BELGIAN = str.maketrans("".join(US[0] + US[1]), "".join(BE[0] + BE[1]))

bodies = st.text(st.sampled_from(ALPHABET), min_size=8, max_size=8)
tags = bodies.map(lambda body: body + check_symbol(body)).filter(lambda tag: tag[-1] in ALPHABET)
issued = st.builds(lambda _: new_tag(), st.integers())


def refusal(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_tag(text)
    return caught.value


def outcome(text: str) -> str:
    """The tag read, or why none was."""
    try:
        return read_tag(text)
    except BadInput as refused:
        return refused.facts["why"]


@pytest.mark.parametrize(
    ("body", "check"), [("7K3QX9M2", "1"), ("ABCDEFGH", "V"), ("ZZZZZZZZ", "M"), ("00000001", "*")]
)
def test_the_check_symbol_is_that_of_the_published_vectors(body, check):
    assert check_symbol(body) == check


@given(st.text(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=1, max_size=20))
def test_the_check_symbol_is_that_of_an_independent_implementation(body):
    assert check_symbol(body) == mod_37_2.calc_check_digit(body)


def test_new_tags_are_nine_crockford_symbols_with_a_right_check_and_differ():
    made = [new_tag() for _ in range(3000)]
    assert len(set(made)) == len(made)
    for tag in made:
        assert re.fullmatch(f"[{ALPHABET}]{{9}}", tag)
        assert mod_37_2.is_valid(tag)
        assert not re.search("SEX|KAK|1488", tag)


@given(tags)
def test_what_is_printed_reads_back(tag):
    assert re.fullmatch(r"\w{4}-\w{4}-\w", grouped(tag))
    assert read_tag(grouped(tag)) == read_tag(tag) == tag
    assert read_tag(tag_url(tag, "relais.brussels.example")) == tag


def test_the_link_is_in_capitals():
    assert tag_url(TAG, "relais.brussels.example") == "HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/7K3QX9M21"


@pytest.mark.parametrize(
    "text",
    [
        "7k3q-x9m2-1",
        " 7K3Q X9M2 1 ",
        "7K3Q–X9M2—1",
        "7K3QX9M2I",
        "7k3qx9m2l",
        "7K3Q-X9M2-1\r\n",
        "7K3QX9M21\t",
        "\x017K3QX9M21",
        "$7K3QX9M21\t",
        "\x027K3QX9M21\x03",
        "]Q1HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/7K3QX9M21",
        "\ufeff7K3Q\u200bX9M21",
        "7K3Q\u00a0X9M2\u00a01",
        "HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/7K3QX9M21",
        "https://relais.brussels.example/t/7k3qx9m21/",
        "Http://old-host.example:8000/T/7K3Q-X9M2-1\r",
        "http://localhost:8000/devices/7K3QX9M21/",
        "http://[::1]:8000/nl/devices/7k3qx9m21?next=/t/#media",
        "relais.brussels.example/T/7K3QX9M21",
        "/devices/7K3QX9M21",
        "HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/7K3QX9M21".translate(TO_BELGIAN),
        'HTTPSM==RELQIS:BRUSSELS:EXQ?PLE=T=èK"AXç?é&',
        'èK"AXç?é&',
        'èK"A)Xç?é)&\r',
        'èk"axç,é&',
        'èk"qxçmé&',  # typed by hand on AZERTY, Shift forgotten: the letters are right
        "HTTPSM++RELQIS/BRUSSELS/EXQ?PLE+T+7K3AX9?21",  # Caps Lock gives digits, the letters stay wrong
    ],
)
def test_every_habit_of_people_and_scanners_is_forgiven(text):
    assert read_tag(text) == TAG


def test_zero_and_one_may_be_typed_as_letters():
    tag = "0011ABCD" + check_symbol("0011ABCD")
    assert {read_tag("oOiL" + tag[4:]), read_tag("OoLl" + tag[4:])} == {tag}


@given(issued, st.booleans(), st.booleans(), st.sampled_from(["", "\r", "\n", "\t"]))
def test_a_us_scanner_on_a_belgian_keyboard_reads_back(tag, as_link, lower, end):
    text = tag_url(tag, "relais-1.brussels.example") if as_link else grouped(tag)
    mangled = (text.lower() if lower else text).translate(TO_BELGIAN) + end
    assert read_tag(mangled) == tag


@given(issued, st.booleans())
def test_a_bare_tag_mangled_in_any_way_is_never_another_tag(tag, lower):
    typed = tag.lower() if lower else tag
    scanned = outcome(typed.translate(TO_BELGIAN))
    if len(re.findall("[0-9M]", tag)) >= 2:
        assert scanned == tag
    caps_lock = outcome(typed.translate(str.maketrans("AQWZMaqwzm", "QAZW?qazw,")))
    no_shift = outcome(typed.translate(str.maketrans("1234567890", "&é\"'(§è!çà")))
    # Where too little proves the wrong layout the answer is a refusal, not a guess.
    assert {scanned, caps_lock, no_shift} <= {tag, "check", "form"}


@given(tags, st.integers(0, 8), st.characters(codec="utf-8"))
def test_a_single_wrong_symbol_is_refused_or_forgiven_never_another_tag(tag, place, wrong):
    assert outcome(tag[:place] + wrong + tag[place + 1 :]) in (tag, "check", "form")


@given(tags)
def test_every_substitution_and_every_adjacent_swap_is_refused(tag):
    for place, right in enumerate(tag):
        for wrong in ALPHABET.replace(right, ""):
            assert refusal(tag[:place] + wrong + tag[place + 1 :]).facts["why"] == "check"
    for place in range(8):
        one, other = tag[place : place + 2]
        if one != other:
            assert refusal(tag[:place] + other + one + tag[place + 2 :]).facts["why"] == "check"


@given(st.text(max_size=60))
def test_no_text_at_all_makes_it_fail_otherwise_than_by_a_refusal(text):
    read = outcome(text)
    assert read in ("empty", "form", "check", "layout") or mod_37_2.is_valid(read)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \r\n", "empty"),
        ("7K3QX9M2", "form"),
        ("7K3QX9M217K3QX9M21", "form"),
        ("HTTPS://H.EXAMPLE/T/7K3QX9M21HTTPS://H.EXAMPLE/T/7K3QX9M21", "form"),
        ("7K3QX9M21/HTTPS://H.EXAMPLE/T/7K3QX9M21", "form"),
        ("https://h.example/hardware/7K3QX9M21", "form"),
        ("ftp://h.example/t/7K3QX9M21", "form"),
        ("PF2YK4LL", "form"),
        ("7K3UX9M21", "form"),
        ("100%(given)s", "form"),
        ("7K3QX9M2é", "form"),
        ("7K3QX9M22", "check"),
        ("K73Q-X9M2-1", "check"),
        ("https://h.example/t/7K3QX9M22", "check"),
        ('èK"AXç?éé', "check"),
    ],
)
def test_refusals_tell_what_is_wrong(text, why):
    refused = refusal(text)
    assert refused.facts["why"] == why
    sentence = {"empty": "no tag", "form": "is not a tag", "check": "look again at what you typed"}[why]
    assert sentence in str(refused)


def test_a_very_long_text_is_quoted_short():
    assert len(str(refusal("X" * 5000))) < 200


def test_a_pasted_list_is_read_in_order_and_each_tag_once():
    text = "7K3Q-X9M2-1\r\nhttps://h.example/t/ABCDEFGHV\n\nabcd efgh v; ZZZZZZZZM, 7K3QX9M21 ABCDEFGHV\n"
    assert read_tags(text) == ["7K3QX9M21", "ABCDEFGHV", "ZZZZZZZZM"]
    assert read_tags(" \n") == []


def test_a_bad_line_of_a_list_is_named():
    with pytest.raises(BadInput, match="Line 2: The check symbol of “ABCDEFGHW”") as caught:
        read_tags("7K3QX9M21\nABCDEFGHW\n")
    assert caught.value.facts["line"] == 2
