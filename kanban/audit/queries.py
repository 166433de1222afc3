"""Reading the record: what this account may see of it, the latest word on each move, who made them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from kanban.models import NO_CASE, Connection, Entry, EntryQuerySet

OF_COLUMNS = ("add status", "change status", "column rule")


def visible(connection: Connection) -> EntryQuerySet:
    """The lines on cases that Plannr shows to this account now, its own on cases that never came to be, those on the
    columns, which are everybody's; no others."""
    of_no_case = Q(account=connection.account) | Q(what__in=OF_COLUMNS)
    shown = Q(case__in=connection.cards.values("case")) | (Q(case=NO_CASE) & of_no_case)
    return Entry.objects.filter(shown, firm=connection.firm)


def latest(entries: EntryQuerySet) -> EntryQuerySet:
    """The latest word on each move, and the changes in Plannr."""
    later = Entry.objects.filter(intent=OuterRef("intent"), number__gt=OuterRef("number"))
    return entries.filter(~Exists(later))


def people(entries: EntryQuerySet) -> list[tuple[str, str]]:
    """Who made the moves of these lines, to choose from; two of one name are told apart."""
    names = entries.exclude(kind=Entry.Kind.OUTSIDE).order_by().distinct()
    known = {person or who or account: who or account for person, who, account in names.values_list(*SIGNATURE)}
    shown = list(known.values())
    choices = [(key, f"{name} ({key})" if shown.count(name) > 1 else name) for key, name in known.items()]
    return sorted(choices, key=lambda choice: choice[1].casefold())


SIGNATURE = ("person", "who", "account_name")  # the first that is not empty tells somebody apart
