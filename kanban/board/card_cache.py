"""A cache of cards in the process: a board asks the database which cards stand where, and reads only those that are not
cached. The key of a row is its id, its places, and the digest of all its other fields.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from kanban.core import cache
from kanban.models import Card, CardQuerySet

MOST = 4096  # cards: some 10 MB
KEY = ("pk", "digest", "column_id", "place", "position")  # plain numbers and texts, which are cheap to read

Key = tuple[Any, ...]
_cards: OrderedDict[Key, Card] = OrderedDict()
_lock = threading.Lock()


def fetch(wanted: CardQuerySet) -> list[Card]:
    """These cards, in their order. They are shared: nobody may change them."""
    keys = list(wanted.values_list(*KEY))
    with _lock:
        known = {key[0]: _cards[key] for key in keys if key in _cards}
    missing = [key[0] for key in keys if key[0] not in known]
    if missing:
        read = Card.objects.in_bulk(missing)  # those deleted meanwhile are missing, the others are as they are now
        _add(read.values())
        known |= read
    return [known[key[0]] for key in keys if key[0] in known]


def key(card: Card) -> Key:
    """Identifies this version of the row."""
    return tuple(getattr(card, name) for name in KEY)


@cache.clears
def clear() -> None:
    with _lock:
        _cards.clear()


def _add(cards: Any) -> None:
    with _lock:
        for card in cards:
            if card.digest:  # none: it was written before there were digests
                _cards[key(card)] = card
        while len(_cards) > MOST:
            _cards.popitem(last=False)
