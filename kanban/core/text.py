"""Text of any kind."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40  # letters of one word that are compared
MOST = 400  # words of one text
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # what PostgreSQL or UTF-8 cannot hold
_WORD = re.compile(r"[^\W_]+")


def in_words(things: list[str]) -> str:
    """Several things as one list, such as "a value, a type and a plan"."""
    return " and ".join(filter(None, [", ".join(things[:-1]), *things[-1:]]))


def words_in(text: str) -> list[str]:
    """The words of a text as they are compared: without case, accents, and anything but letters and digits."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(each for each in bare if not unicodedata.combining(each))
    return [word[:LONGEST] for word in _WORD.findall(letters)[:MOST]]
