"""Creating and deleting a case: what that means to the protocol.

A new case has no uuid until Plannr has answered; without an answer it is found by its name and its clients.
Only somebody who saw the case as it is now and typed its name can delete it.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from kanban.accounts import clients
from kanban.cases import formats, revisions
from kanban.models import NO_CASE, Card, Column, Connection, Edit
from kanban.sync import absorb, lookup
from kanban.writes import column_rules, journal, protocol
from kanban.writes.commands import ANONYMOUS, Actor, CreateCommand
from kanban.writes.journal import Verdict, applied, conflict, refused
from plannr_api import Case, CaseFilters, NotFound, PlannrError

log = logging.getLogger(__name__)
Outcome = Edit.Outcome
ADRIFT = timedelta(minutes=1)  # by how much Plannr's clock may differ from ours


def create_case(connection: Connection, new: CreateCommand, by: Actor = ANONYMOUS) -> Edit:
    """Make one case, or find out what became of it if this intent was already sent. It always ends as something."""
    return protocol.submit(CreateCase(connection, new, by))


def delete_case(connection: Connection, card: Card, intent: UUID, seen: str, by: Actor = ANONYMOUS) -> Edit:
    """Delete one case, or find out what became of that if this intent was already sent. `seen`: revisions.revision."""
    return protocol.submit(DeleteCase(connection, card, intent, seen, by))


def name_to_type(card: Card) -> str:
    """What has to be typed to delete the case: its name, with single spaces."""
    return " ".join(card.name.split()) or "delete"


@protocol.settles("create")
class UnconfirmedCreation(protocol.Unconfirmed[Edit, Case | None]):
    """What a reading says of a new case: it exists, or it does not exist yet."""

    def read(self) -> Case | None:
        """The case of that name and those clients that was created since it was asked for, if there is one."""
        edit = self.write
        assert edit.sent_at is not None
        wanted, since = _wanted(edit), edit.sent_at.replace(microsecond=0) - ADRIFT
        read = clients.client_for(self.connection).cases.list(filters=CaseFilters(account_uuids=wanted["participants"]))
        taken = Edit.objects.filter(firm=edit.firm, what=Edit.What.CREATE, outcome=Outcome.APPLIED)
        others = {*(edit.before or ()), *map(str, taken.values_list("case", flat=True))}
        found = [
            case
            for case in read.cases
            if case.name.strip() == wanted["name"]
            and case.created_at
            and case.created_at >= since
            and str(case.uuid) not in others
        ]
        return min(found, key=lambda case: (case.created_at, case.uuid), default=None)

    def resolve(self, case: Case | None, error: PlannrError | None = None) -> Verdict | None:
        if case:
            return self._made(case)
        if error and protocol.is_final(error):
            return refused(error.kind, error)
        return refused("never_made") if journal.given_up(self.write) else None

    def _made(self, case: Case) -> Verdict:
        """Plannr has it: it is shown where Plannr put it, as soon as its clients' names are known too."""
        edit, heard_at = self.write, timezone.now()
        edit.case = case.uuid
        Edit.objects.filter(pk=edit.pk).update(case=case.uuid)
        card = absorb.absorb(self.connection, case, heard_at=heard_at, ours=True, moved=True)
        if case.participants is None:
            try:
                lookup.fetch_cases(self.connection, [case.uuid])
            except PlannrError:
                log.info("the names on a new case come with the next read")
        edit.title = Card.objects.get(pk=card.pk).title
        return applied()


class CreateCase(UnconfirmedCreation, protocol.Operation[Edit, Case | None, Column | None, Case]):
    """One new case that somebody wants."""

    def __init__(self, connection: Connection, new: CreateCommand, by: Actor) -> None:
        self.connection, self.new, self.by = connection, new, by
        self.case, self.intent = NO_CASE, new.intent

    def intended(self) -> Edit:
        return Edit(
            **journal.author_fields(self.connection, self.by, self.intent),
            what=Edit.What.CREATE,
            case=NO_CASE,
            title=self.new.name,
            wanted=self.new.wanted,
            to_status=self.new.status,
        )

    def unsettled(self) -> str:
        """An unconfirmed case of the same name for the same clients may still be created: there must not be two of
        them."""
        edit = self.write
        waiting = Edit.objects.filter(firm=edit.firm, what=Edit.What.CREATE, title=edit.title, outcome=Outcome.UNKNOWN)
        for earlier in waiting:
            protocol.settle(earlier, self.connection)
            same = sorted(_wanted(earlier)["participants"]) == sorted(_wanted(edit)["participants"])
            if same and earlier.outcome == Outcome.UNKNOWN:
                return "unsettled_case"
        return ""

    def look(self) -> Column | None:
        """There is no case to look at yet, only the column that it is to be created in."""
        return self.connection.columns.filter(status=self.new.status, vanished=False).first()

    def objection(self, column: Column | None) -> Verdict | None:
        if column is None:
            return refused("vanished")
        return conflict("limit") if self._passes_a_limit(column) else None

    def prepare(self, _: Column | None) -> dict[str, Any]:
        """Existing cases of the same name must not be mistaken for it."""
        known = Card.objects.filter(firm=self.write.firm, name=self.write.title).values_list("case", flat=True)
        return {"before": [str(case) for case in known], "limits": self.write.limits}

    def send(self) -> Case:
        body = _wanted(self.write)
        if day := body.get("review_at"):
            body = body | {"review_at": formats.moment(date.fromisoformat(day), None)}
        cases = clients.client_for(self.connection).cases
        return cases.create(status=self.new.status, **body, request_id=str(self.intent))

    def confirm(self, _: Column | None, answer: Case) -> Verdict:
        return self._made(answer)

    def _passes_a_limit(self, column: Column) -> bool:
        """Whether the column, or somebody it is assigned to, already has as many cases as the firm wants, and nobody
        was asked about that for a new case in this column yet."""
        people = map(UUID, self.new.fields.get("assigned_to_uuids", ()))
        self.write.limits = column_rules.of_new(self.connection, column, people)
        return column_rules.unanswered(self.write.limits, self._asked_before())

    def _asked_before(self) -> list[column_rules.Limit]:
        if self.new.asked is None:
            return []
        same = self.connection.edits.filter(what=Edit.What.CREATE, to_status=self.new.status, person=self.write.person)
        earlier = same.filter(intent=self.new.asked).first()
        return list(earlier.limits) if earlier else []


def _wanted(edit: Edit) -> dict[str, Any]:
    wanted: dict[str, Any] = edit.wanted or {}
    return wanted


@protocol.settles("delete")
class UnconfirmedDeletion(protocol.Unconfirmed[Edit, bool]):
    """What a reading says of a deletion: the case is gone, or still there."""

    def read(self) -> bool:
        """Whether Plannr still has the case."""
        try:
            clients.client_for(self.connection).cases.get(self.write.case)
        except NotFound:
            return False
        return True

    def resolve(self, is_there: bool, error: PlannrError | None = None) -> Verdict | None:
        if not is_there:
            return self._gone()
        if isinstance(error, NotFound):
            return refused("not_deletable", error)
        return refused("never_deleted") if journal.given_up(self.write) else None

    def _gone(self) -> Verdict:
        absorb.remove_case(self.connection, self.write.case, deleted=True)
        return applied()


class DeleteCase(UnconfirmedDeletion, protocol.Operation[Edit, bool, bool, None]):
    """One case that somebody wants deleted."""

    def __init__(self, connection: Connection, card: Card, intent: UUID, seen: str, by: Actor) -> None:
        self.connection, self.card, self.seen, self.by = connection, card, seen, by
        self.case, self.intent = card.case, intent

    def intended(self) -> Edit:
        signed = journal.author_fields(self.connection, self.by, self.intent)
        return Edit(**signed, what=Edit.What.DELETE, case=self.case, title=self.card.title, seen=self.seen)

    def look(self) -> bool:
        """Whether Plannr lists it."""
        return self.case in lookup.fetch_cases(self.connection, [self.case])

    def objection(self, is_listed: bool) -> Verdict | None:
        edit = self.write
        if not is_listed:
            return protocol.case_gone(edit)
        card = self.connection.cards.get(case=self.case)
        if edit.seen and revisions.revision(card) != edit.seen:
            edit.got_words = " and ".join(revisions.edited(self.card, card)) or "details"
            return conflict("edited")
        return None

    def prepare(self, _: bool) -> dict[str, Any]:
        return {}

    def send(self) -> None:
        clients.client_for(self.connection).cases.delete(self.case, request_id=str(self.intent))

    def confirm(self, _: bool, answer: None) -> Verdict:
        return self._gone()

    def refusal(self, error: PlannrError) -> Verdict | None:
        """Plannr may say "not found" of the case or of the endpoint: only a reading shows which."""
        return None if isinstance(error, NotFound) else refused(error.kind, error)
