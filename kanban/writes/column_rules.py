"""The firm's rules for its columns, checked for a move or a new case before anything is sent: how full a column may be,
how many open cases one person may have, and what a case needs before it may come in.

Limits are soft: whoever moves is asked and may say yes. They count what Plannr shows to the account, as every number
here does. What a case lacks is given with the move and sent in the same request.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from kanban.cases import mapping
from kanban.cases.fields import CASE_FIELDS
from kanban.cases.requirements import HOW_TO_PROVIDE, REQUIREMENTS
from kanban.core.db import exists
from kanban.core.text import in_words
from kanban.models import NO_CASE, CardQuerySet, Column, ColumnChange, Connection, Facet, FirmRules, Move
from kanban.sync import change_log
from kanban.writes import journal, protocol
from kanban.writes.commands import Actor, MoveCommand
from plannr_api import UNSET, Case

log = logging.getLogger(__name__)

Limit = dict[str, Any]  # {"of": "column" or an account, "name", "count", "most"}: as the journal holds it


def ask_of_column(
    connection: Connection, column: Column, asked: dict[str, Any], by: Actor, intent: UUID
) -> ColumnChange:
    """Set the firm's rules for a column. Every board is rendered again."""

    def rule() -> ColumnChange:
        column.refresh_from_db(fields=list(asked))
        before = {name: getattr(column, name) for name in asked}
        return _rule(connection, by, intent, column.name, before, asked, column.status)

    rows = Column.objects.filter(pk=column.pk)
    return _apply(connection, rule, intent, lambda: rows.update(**asked))


def ask_of_everybody(connection: Connection, most: int | None, by: Actor, intent: UUID) -> ColumnChange:
    """Set how many open cases anybody should have at most."""
    asked = {"most_each": most}

    def rule() -> ColumnChange:
        return _rule(connection, by, intent, "everybody", {"most_each": most_each(connection)}, asked)

    rules = FirmRules.objects
    return _apply(connection, rule, intent, lambda: rules.update_or_create(firm=connection.firm, defaults=asked))


def _rule(
    connection: Connection,
    by: Actor,
    intent: UUID,
    of: str,
    before: dict[str, Any],
    asked: dict[str, Any],
    status: UUID | None = None,
) -> ColumnChange:
    return ColumnChange(
        **journal.author_fields(connection, by, intent),
        what=ColumnChange.What.RULE,
        case=NO_CASE,
        title=of,
        status=status,
        wanted=asked,
        before_words=_in_words(before),
        wanted_words=_in_words(asked),
    )


def _apply(
    connection: Connection, rule: Callable[[], ColumnChange], intent: UUID, write: Callable[[], object]
) -> ColumnChange:
    """A write like any other, except that it is stored here and nothing is sent."""

    def effect() -> None:
        connection.locked()
        write()
        change_log.record_change(connection, [], columns=True)

    made = protocol.apply_here(connection, NO_CASE, intent, rule, effect)
    who = f"person {made.person_id}" if made.person_id else f"account {connection.account}"
    log.info("firm %s: rule of %s set by %s to %s: %s", connection.firm, made.status, who, made.wanted, made.outcome)
    return made


def _in_words(rules: dict[str, Any]) -> str:
    """As the record says it: "stale after 10 days, at most 8 cases, needs a value"."""
    limits = [
        ("stale_days", "stale after {}", "day"),
        ("most", "at most {}", "case"),
        ("most_each", "at most {} each", "open case"),
    ]
    parts = [words.format(_counted(rules[name], unit)) for name, words, unit in limits if rules.get(name)]
    needs = [REQUIREMENTS[name] for name in rules.get("requires") or ()]
    return ", ".join([*parts, *([f"needs {in_words(needs)}"] if needs else [])]) or "nothing"


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def put_to(connection: Connection, move: Move, command: MoveCommand, case: Case) -> str:
    """Store on the move what is sent with it, and what the rules ask. Returns the question that is still open: limit,
    requires, or none. An undo is asked nothing."""
    column = connection.columns.filter(status=move.to_status).first()
    if move.undoes_id or column is None or mapping.status_of(case) == move.to_status:
        return ""
    lacking = [
        name for name in REQUIREMENTS if CASE_FIELDS[name].of(case) in (None, [])
    ]  # UNSET is not lacking: Plannr did not say
    given = {CASE_FIELDS[name].body: command.also[name] for name in lacking if name in command.also}
    needs = [name for name in lacking if name in column.requires and name not in command.also]
    limits = [*_of_column(connection, column, case.uuid), *_of_people(connection, column, case, given)]
    move.also = given
    move.asked = {name: asked for name, asked in (("needs", needs), ("limits", limits)) if asked}
    if needs:
        return "requires"
    return "limit" if unanswered(limits, _asked_before(connection, command, case)) else ""


def of_new(connection: Connection, column: Column, people: Iterable[UUID]) -> list[Limit]:
    """The limits that a new case of these people in this column would exceed."""
    if column.completed:
        return []
    return [*_of_column(connection, column, NO_CASE), *over_for(connection, people, NO_CASE)]


def asks_of_new(column: Column, given: Container[str]) -> dict[str, str]:
    """What this column asks for and a new case lacks: a sentence for each field. A plan can only be linked to an
    existing case, so a new case that needs one must begin in another column."""
    lacking = [name for name in REQUIREMENTS if name in column.requires and name not in given]
    problems = {name: f"{column.name} asks for {REQUIREMENTS[name]}. {HOW_TO_PROVIDE[name]}" for name in lacking}
    if "plans" in problems:
        problems["plans"] = (
            f"{column.name} asks for a plan. Begin the case in another column, link a plan, then move it."
        )
    return problems


def _of_column(connection: Connection, column: Column, case: UUID) -> list[Limit]:
    if not column.most or column.completed:
        return []
    count = connection.cards.of(column).exclude(case=case).count() + 1
    limit = {"of": "column", "name": column.name, "count": count, "most": column.most}
    return [limit] if count > column.most else []


def _of_people(connection: Connection, column: Column, case: Case, given: dict[str, Any]) -> list[Limit]:
    """A reopened case counts for all who work on it; any other only for those whom the move assigns."""
    if column.completed:
        return []
    people = CASE_FIELDS["people"].of(case)
    reopened = people if is_done(connection, case) and people is not UNSET else ()
    come = {*given.get("assigned_to_uuids", ()), *reopened}
    return over_for(connection, [UUID(person) for person in come], case.uuid)


def over_for(connection: Connection, people: Iterable[UUID], case: UUID) -> list[Limit]:
    """The limits that are exceeded when this case becomes an open case of these people."""
    most = most_each(connection)
    wanted = sorted(set(people))
    if not most or not wanted:
        return []
    busy = {each["of"]: each for each in workload(connection.cards.exclude(case=case), wanted)}
    counted = [busy.get(str(person), {"of": str(person), "name": "that person", "count": 0}) for person in wanted]
    return [{**each, "count": each["count"] + 1, "most": most} for each in counted if each["count"] >= most]


def workload(cards: CardQuerySet, people: Iterable[UUID] = ()) -> list[Limit]:
    """How many open cases everybody has, or each of these people; the busiest first."""
    facets = Facet.objects.filter(kind=Facet.Kind.PERSON, card__in=cards.filter(column__completed=False))
    facets = facets.filter(uuid__in=people) if people else facets
    rows = facets.values("uuid").annotate(called=Max("name"), count=Count("card")).order_by("-count", "called", "uuid")
    return [{"of": str(row["uuid"]), "name": row["called"], "count": row["count"]} for row in rows]


def most_each(connection: Connection) -> int | None:
    return FirmRules.objects.filter(firm=connection.firm).values_list("most_each", flat=True).first()


def record_untaken(move: Move, case: Case, but: Container[str] = ()) -> None:
    """Store on the move, in words, which of the fields sent with it Plannr did not take, and the names of what it took.
    `but`: fields that others have changed since."""
    facts = [CASE_FIELDS[name] for name in REQUIREMENTS if CASE_FIELDS[name].body in move.also]
    now = {fact.name: fact.of(case) for fact in facts}
    asked = [fact for fact in facts if fact.body not in but]
    missed = [fact for fact in asked if now[fact.name] is not UNSET and now[fact.name] != move.also[fact.body]]
    move.untaken = in_words([REQUIREMENTS[fact.name] for fact in missed])
    move.called = {uuid: name for fact in facts for uuid, name in fact.names(case).items()}


def unanswered(limits: Iterable[Limit], before: Iterable[Limit]) -> bool:
    """Whether a limit is exceeded by more than when this person was asked and said yes."""
    known = {each["of"]: each["count"] for each in before}
    return any(known.get(limit["of"], 0) < limit["count"] for limit in limits)


def is_done(connection: Connection, case: Case) -> bool:
    """Whether it stands in a completed column."""
    return completes(connection, mapping.status_of(case))


def completes(connection: Connection, status: UUID) -> bool:
    """Whether this is the status of a completed column."""
    return exists(Column, firm=connection.firm, status=status, completed=True)


def _asked_before(connection: Connection, command: MoveCommand, case: Case) -> list[Limit]:
    if command.asked is None:
        return []
    asked = connection.moves.filter(intent=command.asked, case=case.uuid).values_list("asked", flat=True).first() or {}
    return list(asked.get("limits", ()))
