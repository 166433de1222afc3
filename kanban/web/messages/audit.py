"""One line of the record in words, never under the name of somebody who did not do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from kanban.cases.fields import CASE_FIELDS
from kanban.models import NO_CASE, Entry, EntryQuerySet
from kanban.web.messages.reasons import PROBLEMS, REASONS

Kind = Entry.Kind
AT_ONCE = 100  # lines on a page

# Where the sentence for the person who made the move would read oddly to others, or later.
_LATER = {
    "rejected": "Plannr refused.",
    "not_found": "Plannr said that it has no such case.",
    "unauthorised": "Plannr did not accept the access token.",
    "never_taken": "Plannr never confirmed it, and the case stayed where it was.",
    "not_sent": "The board stopped before anything was sent to Plannr.",
}
_MADE = {
    "already": "It already stood there, so nothing was sent.",
    "elsewhere": "Plannr put it somewhere else than was asked.",
    "unnumbered": "The cards there have no place in Plannr, so it stands before them.",
    "neighbours_left": "The cards beside it had moved on, so it went to the end.",
}
_OF_COLUMNS = {
    "not_found": "Plannr said that it has no such status.",
    "busy": "Another change of the columns was under way.",
    "taken": "That was asked for before, or by somebody else.",
}
_OF_PUT_BACKS = {
    "not_taken_edit": "Plannr accepted that but left it as it had made it.",
    "never_taken_edit": "Plannr never confirmed it, and a minute later it was not so.",
    "busy": "Another change of the case was under way.",
}
RULES = {  # asked by the firm's rules for its columns: then the words are ours
    "limit": "Nothing was sent until that was answered.",
    "requires": "The column asks for more than the case had, so nothing was sent.",
}
_EDITED = {
    "already": "It already was so, and nothing was sent.",
    "otherwise": "Plannr made something else of it than was asked.",
}
_DEEDS = {
    "create": ("created", "asked to create"),
    "delete": ("deleted", "asked to delete"),
    "add status": ("added the status", "asked to add the status"),
    "change status": ("changed the status", "asked to change the status"),
    "column rule": ("changed what is asked of", "asked to change what is asked of"),
}
_OUTSIDE = {"moved": "moved", "edited": "edited", "created": "created", "gone": "deleted or hid"}


@dataclass(frozen=True)
class AuditLine:
    entry: Entry

    @property
    def outside(self) -> bool:
        return self.entry.kind == Kind.OUTSIDE

    @property
    def who(self) -> str:
        return "Somebody" if self.outside else self.entry.who or self.entry.account_name

    @property
    def account(self) -> str:
        """The account under which Plannr has it, where that is not the person's own."""
        return "" if self.entry.account_name == self.who else self.entry.account_name

    @property
    def day(self) -> date:
        return timezone.localdate(self.entry.at)

    @property
    def outcome(self) -> str:
        return self.entry.get_kind_display()

    @property
    def verb(self) -> str:
        if self.outside:
            return _OUTSIDE.get(self.entry.what, self.entry.what)
        if deed := _DEEDS.get(self.entry.what):
            return deed[0] if self._made else deed[1]
        if self.is_put_back:
            return f"the board {'put' if self._made else 'was to put'} back the {self.entry.from_name} of"
        if self.edited:
            called = CASE_FIELDS[self.edited].called if self.edited in CASE_FIELDS else "details"
            return f"{'changed' if self._made else 'asked to change'} the {called} of"
        back = " back" if self.entry.what == "undo" else ""
        return ("moved" if self._made else "asked to move") + back

    @property
    def edited(self) -> str:
        """The field that was edited here, if any was."""
        what, _, field = self.entry.what.partition(" ")
        return field if what == "edit" else ""

    @property
    def tells_both(self) -> bool:
        """Whether the line says how it was before and how it is now."""
        return bool(self.edited) or self.entry.what in ("change status", "column rule")

    @property
    def is_put_back(self) -> bool:
        """Whether the board did it itself, after Plannr changed more than somebody asked for."""
        return self.entry.what == "put back"

    @property
    def is_of_columns(self) -> bool:
        return self.entry.what in ("add status", "change status", "column rule")

    @property
    def is_of_a_case(self) -> bool:
        """False for a case that was asked for and never created."""
        return self.entry.case != NO_CASE

    @property
    def _made(self) -> bool:
        return self.entry.kind == Kind.APPLIED and self.entry.reason != "already"

    @property
    def placed(self) -> bool:
        """Whether the line says where the case stands; an edit leaves it where it was."""
        return bool(self.entry.to_status) and self.entry.what != "edited"

    @property
    def within(self) -> bool:
        return self.placed and self.entry.from_status == self.entry.to_status

    @property
    def place(self) -> int | None:
        """Where it stands now, as Plannr counts; None where nothing was moved."""
        return self.entry.got_position if self._made else None

    @property
    def why(self) -> str:
        entry = self.entry
        if entry.kind == Kind.APPLIED:  # then the words are ours
            return f"{(_EDITED if self.edited else _MADE).get(entry.reason, '')} {entry.words}".strip()
        if entry.kind == Kind.CONFLICT and entry.reason in RULES:
            return f"{entry.words} {RULES[entry.reason]}".strip()
        if entry.kind == Kind.CONFLICT and entry.reason == "reordered":
            return "The order there has changed, and Plannr never confirmed it: nothing tells whether it was made."
        if entry.kind == Kind.CONFLICT:
            what = "edited" if entry.reason.startswith("edited") else "moved"
            return f"It had been {what} meanwhile, so {self._not_done}."
        if entry.kind in (Kind.REFUSED, Kind.UNKNOWN):
            of_its_kind = _OF_COLUMNS if self.is_of_columns else _OF_PUT_BACKS if self.is_put_back else {}
            words = of_its_kind.get(entry.reason) or _LATER.get(entry.reason)
            return words or (REASONS | PROBLEMS).get(entry.reason, PROBLEMS["broken"])[0]
        return ""

    @property
    def quote(self) -> str:
        """What Plannr itself said."""
        ours = self.entry.kind in (Kind.APPLIED, Kind.OUTSIDE) or self.entry.reason in RULES
        return "" if ours else self.entry.words

    @property
    def _not_done(self) -> str:
        if self.entry.reason == "edited_late":
            return "it was left so; Plannr never confirmed"
        return "nothing was sent" if self.entry.asked_position is None else "it was left there; Plannr never confirmed"

    @property
    def between(self) -> str:
        """When it happened, as closely as two readings show."""
        since, at = self.entry.since, self.entry.at
        if not self.outside:
            return ""
        if since is None:
            return f"in Plannr, before {_clock(at)}"
        return f"in Plannr, between {_clock(since, beside=at)} and {_clock(at)}"


def _clock(moment: datetime, beside: datetime | None = None) -> str:
    """The time in London; with the day where it is not that of `beside`."""
    local = timezone.localtime(moment)
    same = beside is None or local.date() == timezone.localdate(beside)
    return f"{local:%H:%M:%S}" if same else f"{local.day} {local:%b %H:%M:%S}"


@dataclass(frozen=True)
class Page:
    lines: list[AuditLine]
    older: int | None  # the number before which the next page begins

    @classmethod
    def of(cls, entries: EntryQuerySet, before: int | None) -> Page:
        """The newest lines, or those before a number, so that lines added meanwhile do not shift a page."""
        if before:
            entries = entries.filter(number__lt=before)
        found = list(entries.order_by("-number")[: AT_ONCE + 1])
        more = len(found) > AT_ONCE
        return cls([AuditLine(entry) for entry in found[:AT_ONCE]], found[AT_ONCE - 1].number if more else None)
