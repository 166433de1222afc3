"""Pieces of a page that are sent to all who see the same."""

from __future__ import annotations

import re
from types import SimpleNamespace

from django.template.loader import render_to_string

_INDENTS = re.compile(r"\s*\n\s*")  # a third of what is sent otherwise


def rendered(template: str, can_move: bool, **context: object) -> str:
    """The templates get nothing of the request but the right to move, so nothing of one person can come into what
    another is sent."""
    eyes = SimpleNamespace(rights=SimpleNamespace(can_move=can_move))
    return _INDENTS.sub("\n", render_to_string(template, context | {"request": eyes}))
