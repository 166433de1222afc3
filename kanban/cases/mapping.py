"""Maps Plannr's objects to our rows: a status to a Column, a case to a Card. Nothing here reads or writes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from kanban.cases.revisions import digest, visible_values
from kanban.core.text import words_in
from kanban.models import NO_STATUS, Card, Column, Connection
from plannr_api import UNSET, Account, Case, CaseType, Money, Plan, Status

LONGEST = 2000  # characters of one text: enough for any real name, and no single field can slow the board
MOST = 50  # people, tags or groups stored for one case
BIGGEST = 2**63 - 1  # what a database column holds


def card_from(case: Case, before: Card | None) -> Card:
    """A Card of what Plannr says now; where it says nothing, the old value stays."""
    old = before or Card(place=0)
    value = _known_or(case.value, Money(amount=old.value, currency=old.currency) if old.value is not None else None)
    kind = _known_or(case.type, old.type_name)
    card = Card(
        pk=old.pk,
        case=case.uuid,
        place=old.place,
        position=position_of(case, old),
        since=old.since,
        since_known=old.since_known,
        name=case.name[:LONGEST],
        type=kind.uuid if isinstance(kind, CaseType) else old.type if isinstance(kind, str) else None,
        type_name=(kind if isinstance(kind, str) else kind.name if kind else "")[:LONGEST],
        clients=old.clients if case.participants is None else _names(clients_of(case.participants)),
        people=old.people if case.assigned_to is None else _names(case.assigned_to),
        groups=old.groups if case.groups is None else [group.name[:LONGEST] for group in case.groups[:MOST]],
        tags=old.tags
        if case.tags is None
        else [{"name": tag.name[:LONGEST], "colour": hex_colour(tag.colour)} for tag in case.tags[:MOST]],
        value=max(-BIGGEST, min(value.amount, BIGGEST)) if value else None,
        currency=value.currency[:8] if value else "GBP",
        review_at=_known_or(case.review_at, old.review_at),
        completed_at=_known_or(case.completed_at, old.completed_at),
        created_at=case.created_at or old.created_at,
        updated_at=case.updated_at or old.updated_at,
        policies=old.policies if case.plans is None else _policies(case.plans),
        facets_said=_facets(case, old),
    )
    card.words = words_of(card)
    return card


def words_of(card: Card) -> str:
    """The words by which a card is found. Clients and name come first, because sorting by name uses this too."""
    others = [name for kind, _, name in card.facets_said if kind == "client"]
    return " ".join(words_in(" ".join([*card.clients, card.name, *card.people, *card.policies, *others])))


def arrived(card: Card, before: Card | None, at: datetime, new_since: datetime | None) -> None:
    """Set since when a card stands in its column, as far as we know, and its digest. `at`: when we heard of it;
    `new_since`: a case made after that has been in its column from the beginning."""
    if before is None or before.column_id != card.column_id:
        _set_since(card, before, at, new_since)
    card.digest = digest(card)


def _set_since(card: Card, before: Card | None, at: datetime, new_since: datetime | None) -> None:
    """It is assumed that a move changes `updated_at` in Plannr."""
    made = card.created_at
    if before:
        card.since, card.since_known = at, True
    elif made and new_since and made > new_since:
        card.since, card.since_known = made, True
    else:  # a move would have changed updated_at: it has been there at least since then
        card.since, card.since_known = min(at, card.updated_at or at), False


def column_from(connection: Connection, status: Status | None, place: int, *, vanished: bool) -> Column:
    """A Column for a status; without one, the column for cases that have no status."""
    return Column(
        firm=connection.firm,
        status=status.uuid if status else NO_STATUS,
        name=((status.name if status else "No status") or "Status without a name")[:1000],
        colour=hex_colour(status.colour if status else None),
        completed=bool(status and status.is_type_completed),
        place=place,
        vanished=vanished,
    )


def status_of(case: Case) -> UUID:
    return case.status.uuid if isinstance(case.status, Status) else NO_STATUS


def order_of_status(status: Status) -> tuple[bool, int, str, UUID]:
    return (status.position is None, status.position or 0, status.name, status.uuid)


def stands_in(case: Case, column: Column) -> bool:
    """Whether Plannr says that the case is in this column, or does not say where it is."""
    return case.status is UNSET or status_of(case) == column.status


def differs(case: Case, card: Card) -> bool:
    """Whether this answer differs in more than the position, which alone does not move a card."""
    return not stands_in(case, card.column) or visible_values(card_from(case, card)) != visible_values(card)


def position_of(case: Case, card: Card) -> int | None:
    """Plannr's position for it; the old one if Plannr does not say."""
    return cast("int | None", _known_or(case.status_position, card.position))


def hex_colour(colour: str | None) -> str:
    """#rrggbb, or "": a colour from the API is untrusted text like any other."""
    return colour.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", colour or "") and colour else ""


def _known_or(value: Any, otherwise: Any) -> Any:
    return otherwise if value is UNSET else value


def clients_of(accounts: list[Account]) -> list[Account]:
    """Whom a case is for: a couple's joint account instead of its two people, without the firm's own staff."""
    clients = [account for account in accounts if account.type != "employee"] or accounts
    joint = [account for account in clients if account.role == "joint"]
    words = {word for account in joint for word in account.display_name.split()}
    alone = [each for each in clients if each not in joint and not words.issuperset(each.display_name.split())]
    return joint + alone


def _policies(plans: list[Plan]) -> list[str]:
    return [plan.policy_number[:LONGEST] for plan in plans[:MOST] if plan.policy_number]


def _facets(case: Case, old: Card) -> list[list[str]]:
    """What the case is found by, sorted; for a kind that Plannr leaves out, the old facets stay."""
    new: dict[str, list[list[str]] | None] = {
        "person": _of_accounts("person", case.assigned_to),
        "group": None if case.groups is None else [["group", str(g.uuid), g.name[:LONGEST]] for g in case.groups],
        "tag": None if case.tags is None else [["tag", str(t.uuid), t.name[:LONGEST]] for t in case.tags],
        "client": _of_accounts("client", case.participants and [a for a in case.participants if a.type != "employee"]),
    }
    found = {
        kind: [each for each in old.facets_said if each[0] == kind] if facets is None else facets[:MOST]
        for kind, facets in new.items()
    }
    return sorted(each for facets in found.values() for each in {each[1]: each for each in facets}.values())


def _of_accounts(kind: str, accounts: list[Account] | None) -> list[list[str]] | None:
    if accounts is None:
        return None
    return [[kind, str(account.uuid), _name(account)[:LONGEST]] for account in accounts]


def _names(accounts: list[Account]) -> list[str]:
    return [_name(account)[:LONGEST] for account in accounts[:MOST]]


def _name(account: Account) -> str:
    """A name, never the e-mail address that stands in for a missing name: we store none."""
    return "(no name)" if account.display_name == account.email else account.display_name
