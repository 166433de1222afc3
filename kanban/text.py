"""Text, whatever it is about."""

from __future__ import annotations


def in_words(things: list[str]) -> str:
    """ "a value, a type and a plan" """
    return " and ".join(filter(None, [", ".join(things[:-1]), *things[-1:]]))
