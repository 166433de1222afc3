"""The words of a text, as they are compared; and several things in one sentence."""

import unicodedata

import pytest
from hypothesis import given

from kanban.core.text import LONGEST, MOST, in_words, words_in
from tests.support.laws import few, texts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Müller-Lüdenscheidt", ["muller", "ludenscheidt"]),
        ("O’Brien & Sons (2026)", ["o", "brien", "sons", "2026"]),
        ("STRASSE", ["strasse"]),
        ("Straße", ["strasse"]),
        ("AB_123/x", ["ab", "123", "x"]),
        ("李 明", ["李", "明"]),
        ("ﬁnal ½", ["final", "1", "2"]),
        ("\"'*:&|!() \0", []),
        ("", []),
    ],
)
def test_neither_case_nor_accents_nor_signs_matter(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@few
@given(texts())
def test_whatever_is_typed_only_letters_and_digits_are_looked_for(text: str) -> None:
    assert all(word.isalnum() and len(word) <= LONGEST for word in words_in(text))


@few
@given(texts())
def test_the_words_of_words_are_those_words(text: str) -> None:
    assert words_in(" ".join(words_in(text))) == words_in(text)


@few
@given(texts())
def test_it_is_the_same_text_however_its_accents_are_written(text: str) -> None:
    assert words_in(unicodedata.normalize("NFD", text)) == words_in(unicodedata.normalize("NFC", text))


@few
@given(texts(), texts())
def test_the_words_of_two_texts_are_those_of_one_and_then_of_the_other(one: str, other: str) -> None:
    assert words_in(f"{one} {other}") == words_in(one) + words_in(other)


def test_only_so_much_counts() -> None:
    assert words_in("x" * 100) == ["x" * LONGEST]
    assert len(words_in("x " * 1000)) == MOST


@pytest.mark.parametrize(
    ("things", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_several_things_are_one_list_in_a_sentence(things: list[str], said: str) -> None:
    assert in_words(things) == said
