"""Saved views: who owns, sees and changes them, and with which one a board opens.

A view is a name and an address. It holds no case: whoever opens it sees only what Plannr shows to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from kanban.models import Connection, Opening, Person, View
from kanban.search.filters import BoardQuery

MOST = 100  # views of one owner
HIGH = 100_000_00  # pennies from which a case is of high value: most firms have a second person check it
SEEDS: dict[str, tuple[str, BoardQuery]] = {  # what everybody has, by a key that is stored
    "all": ("All cases", BoardQuery()),
    "mine": ("My cases", BoardQuery(mine=True)),
    "due": ("Reviews due", BoardQuery(review=frozenset({"week", "month"}))),
    "overdue": ("Overdue", BoardQuery(review=frozenset({"overdue"}), state="open")),
    "stale": ("Stale", BoardQuery(stale=True)),
    "unassigned": ("Unassigned", BoardQuery(unassigned=True, state="open")),
    "high": ("High value", BoardQuery(min=HIGH, sort="value")),
    "completed": ("Completed this month", BoardQuery(completed="month")),
}

Owner = dict[str, Any]


class SavedViewError(Exception):
    """It was not done. `code`: a key of reasons.of_view; "taken" if saving again would replace a view."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def whose(connection: Connection, person: Person | None) -> Owner:
    """The columns of a row that somebody owns here."""
    return {"firm": connection.firm, "person": person, "account": None if person else connection.account}


def of(owner: Owner) -> QuerySet[View]:
    return View.objects.filter(**owner)


def visible(owner: Owner) -> QuerySet[View]:
    """One's own, and what people of the same firm share, also those who have left."""
    return View.objects.filter(Q(**owner) | Q(firm=owner["firm"], shared=True)).select_related("person")


def changeable(owner: Owner, *, manages: bool) -> QuerySet[View]:
    """One's own; for a manager also what others share."""
    return visible(owner) if manages else visible(owner).filter(**owner)


def clean(query: str) -> str:
    """An address as BoardQuery writes it, without anything unknown."""
    return BoardQuery.read_text(query).query


def save(owner: Owner, name: str, query: str, *, shared: bool, replace: bool = False) -> View:
    """A new view; with `replace`, the one of that name if there is one, updated."""
    fields = {"query": clean(query), "shared": shared}
    if replace and (view := of(owner).filter(name=name).first()):
        of(owner).filter(pk=view.pk).update(**fields)
        return of(owner).get(pk=view.pk)
    if of(owner).count() >= MOST:
        raise SavedViewError("full")
    try:
        with transaction.atomic():
            return View.objects.create(**owner, name=name, **fields)
    except IntegrityError:
        raise SavedViewError("taken") from None


def change(view: View, name: str, *, shared: bool) -> None:
    view.name, view.shared = name, shared
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "shared"])
    except IntegrityError:
        raise SavedViewError("rename") from None


def open_with(owner: Owner, key: str) -> bool:
    """Have one's board open with this: a key of SEEDS, or the number of a visible view. False: there is none."""
    view = visible(owner).filter(pk=int(key)).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
    if view is None and key not in SEEDS:
        return False
    Opening.objects.update_or_create(**owner, defaults={"view": view, "seed": "" if view else key})
    return True


def opening(owner: Owner) -> str:
    """The key of what one's board opens with. A view that is no longer shared does not count."""
    found = Opening.objects.filter(**owner).first()
    if found is None or (found.view_id is None and found.seed not in SEEDS):
        return "all"
    if found.view_id is None:
        return found.seed
    return str(found.view_id) if visible(owner).filter(pk=found.view_id).exists() else "all"


def first_query(owner: Owner) -> str:
    """The address that one's board opens with."""
    key = opening(owner)
    return SEEDS[key][1].query if key in SEEDS else clean(visible(owner).get(pk=int(key)).query)


@dataclass(frozen=True)
class Item:
    """A view to choose."""

    key: str
    name: str
    query: str
    by: str = ""  # who shares it, where that is somebody else
    shared: bool = False
    mine: bool = False


@dataclass(frozen=True)
class Switcher:
    """All views that somebody may choose from, and which of them is active."""

    query: str  # of the active view
    mine: list[Item]
    team: list[Item]
    everybody: list[Item]

    @classmethod
    def of(cls, owner: Owner, lens: BoardQuery) -> Switcher:
        views = [(view, _is_of(view, owner)) for view in visible(owner)]
        seeds = [Item(key, name, seed.query) for key, (name, seed) in SEEDS.items()]
        mine = [_item(view, mine=True) for view, own in views if own]
        return cls(lens.query, mine, [_item(view) for view, own in views if not own], seeds)

    @property
    def all(self) -> Iterable[Item]:
        return [*self.mine, *self.team, *self.everybody]

    @property
    def now(self) -> Item | None:
        """The active view. None: a query that nobody has saved."""
        return next((item for item in self.all if item.query == self.query), None)


def _is_of(view: View, owner: Owner) -> bool:
    person = owner["person"].pk if owner["person"] else None
    return (view.person_id, view.account) == (person, owner["account"])


def _item(view: View, *, mine: bool = False) -> Item:
    by = "" if mine else view.person.full_name if view.person else "your firm"
    return Item(str(view.pk), view.name, clean(view.query), by, view.shared, mine)
