"""A board query in words: its active filters, each with a link that removes it, and what could be chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from kanban.models import Column, Connection, Facet
from kanban.search.filters import BoardQuery
from kanban.search.query_string import COMPLETED, REVIEWS, STATES

KINDS = {"person": "Assigned to", "type": "Type", "group": "Group", "tag": "Tag", "client": "Client"}
AT_ONCE = 10  # clients offered while a name is typed
BAR = {**{state: words.lower() for state, words in REVIEWS.items()}, "stale": "stale"}


@dataclass(frozen=True)
class Chip:
    """One filter in words, and the address of the board without it."""

    words: str
    without: str


@dataclass(frozen=True)
class Choice:
    """Something by which cases can be found, with the number of visible cases that have it."""

    uuid: UUID
    name: str
    count: int


def chips(connection: Connection, lens: BoardQuery, columns: list[Column]) -> list[Chip]:
    """All active filters, in the order of the address. Two queries at most, for names that the address lacks."""
    names = _names(connection, lens)
    found = [Chip(f"“{lens.q}”", lens.without("q").query)] if lens.q else []
    found += [Chip("My cases", lens.without("mine").query)] if lens.mine else []
    for kind, label in KINDS.items():
        for uuid in sorted(getattr(lens, kind), key=lambda each: names.get(each, "")):
            found.append(
                Chip(f"{label}: {names.get(uuid, 'somebody or something unknown')}", lens.without(kind, uuid).query)
            )
    found += [Chip("Unassigned", lens.without("unassigned").query)] if lens.unassigned else []
    found += _of_value(lens)
    found += [
        Chip(f"Review: {REVIEWS[each].lower()}", lens.without("review", each).query)
        for each in REVIEWS
        if each in lens.review
    ]
    found += _of_days(lens, "review", "Review")
    found += _of_days(lens, "created", "Created")
    found += [Chip("Stale", lens.without("stale").query)] if lens.stale else []
    found += [Chip(STATES[lens.state], lens.without("state").query)] if lens.state else []
    found += [Chip(COMPLETED[lens.completed], lens.without("completed").query)] if lens.completed else []
    called = {column.status: column.name for column in columns}
    for status, state in sorted(lens.bar, key=str):
        found.append(
            Chip(f"{called.get(status, 'A column')}: {BAR[state]}", lens.without("bar", (status, state)).query)
        )
    return found


def choices(connection: Connection) -> dict[str, list[Choice]]:
    """People, types, groups and tags of the visible cases, by name. Clients are too many: they are searched for."""
    kinds: dict[str, list[Choice]] = {kind: [] for kind in KINDS if kind != "client"}
    facets = _facets(connection).exclude(kind="client")
    for kind, uuid, name, count in facets.values_list("kind", "uuid", "name").annotate(count=Count("pk")):
        kinds[kind].append(Choice(uuid, name, count))
    types = connection.cards.filter(type__isnull=False).values_list("type", "type_name")
    kinds["type"] = [Choice(uuid, name, count) for uuid, name, count in types.annotate(count=Count("pk")) if uuid]
    return {kind: _by_name(found) for kind, found in kinds.items()}


def clients(connection: Connection, text: str) -> list[Choice]:
    """Clients of the visible cases whose name contains this."""
    found = _facets(connection).filter(kind="client", name__icontains=text.strip())
    rows = found.values_list("uuid", "name").annotate(count=Count("pk")).order_by("name")
    return [Choice(uuid, name, count) for uuid, name, count in rows[:AT_ONCE]]


def chosen_clients(connection: Connection, lens: BoardQuery) -> list[Choice]:
    """Those that the query already asks for."""
    rows = _facets(connection).filter(kind="client", uuid__in=lens.client).values_list("uuid", "name")
    return _by_name([Choice(uuid, name, count) for uuid, name, count in rows.annotate(count=Count("pk"))])


def _facets(connection: Connection) -> QuerySet[Facet]:
    return Facet.objects.filter(card__firm=connection.firm, card__visibility__account=connection.account)


def _names(connection: Connection, lens: BoardQuery) -> dict[UUID, str]:
    """Names of the uuids in the query, only from visible cases: none that Plannr does not show to this account."""
    asked = [Q(kind=kind, uuid__in=getattr(lens, kind)) for kind in Facet.Kind.values if getattr(lens, kind)]
    facets = _facets(connection).filter(reduce(or_, asked)) if asked else Facet.objects.none()
    names = dict(facets.values_list("uuid", "name").distinct())
    if lens.type:
        types = connection.cards.filter(type__in=lens.type).values_list("type", "type_name").distinct()
        names |= {uuid: name for uuid, name in types if uuid}
    return names


def _by_name(found: list[Choice]) -> list[Choice]:
    """One of each, with the name that most cases have for it, in alphabetical order."""
    best: dict[UUID, Choice] = {}
    for each in sorted(found, key=lambda choice: choice.count):
        before = best.get(each.uuid)
        best[each.uuid] = replace(each, count=each.count + (before.count if before else 0))
    return sorted(best.values(), key=lambda choice: choice.name.casefold())


def _of_value(lens: BoardQuery) -> list[Chip]:
    ends = [("from", lens.min, "min"), ("up to", lens.max, "max")]
    return [
        Chip(f"Value {words} {_pounds(end)}", lens.without(name).query) for words, end, name in ends if end is not None
    ]


def _pounds(pennies: int) -> str:
    return f"£{pennies // 100:,}" + (f".{pennies % 100:02}" if pennies % 100 else "")


def _of_days(lens: BoardQuery, what: str, label: str) -> list[Chip]:
    first: date | None = getattr(lens, f"{what}_from")
    last: date | None = getattr(lens, f"{what}_to")
    found = [Chip(f"{label} from {first:%-d %b %Y}", lens.without(f"{what}_from").query)] if first else []
    return found + ([Chip(f"{label} to {last:%-d %b %Y}", lens.without(f"{what}_to").query)] if last else [])
