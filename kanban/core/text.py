"""Text, whatever it is about."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40  # letters of one word that count
MOST = 400  # words of one text
_WORD = re.compile(r"[^\W_]+")


def in_words(things: list[str]) -> str:
    """ "a value, a type and a plan" """
    return " and ".join(filter(None, [", ".join(things[:-1]), *things[-1:]]))


def words_in(text: str) -> list[str]:
    """The words of a text as they are compared: without case, accents and everything that is no letter or digit."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in _WORD.findall(kept)[:MOST]]
