"""Reading the record: what this account may see of it, the latest line on each write, who made them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from kanban.models import NO_CASE, Connection, Entry, EntryQuerySet

OF_COLUMNS = ("add status", "change status", "column rule")


def visible(connection: Connection) -> EntryQuerySet:
    """The lines on cases that Plannr shows to this account now, its own on cases that were never created, and those on
    columns, which everybody may see; no others."""
    of_no_case = Q(account=connection.account) | Q(what__in=OF_COLUMNS)
    shown = Q(case__in=connection.cards.values("case")) | (Q(case=NO_CASE) & of_no_case)
    return Entry.objects.filter(shown, firm=connection.firm)


def latest(entries: EntryQuerySet) -> EntryQuerySet:
    """The latest line on each write, and the changes in Plannr."""
    later = Entry.objects.filter(intent=OuterRef("intent"), number__gt=OuterRef("number"))
    return entries.filter(~Exists(later))


def people(entries: EntryQuerySet) -> list[tuple[str, str]]:
    """The people behind these lines, to choose from; two with the same name are distinguished."""
    names = entries.exclude(kind=Entry.Kind.OUTSIDE).order_by().distinct()
    known = {person or who or account: who or account for person, who, account in names.values_list(*SIGNATURE)}
    shown = list(known.values())
    choices = [(key, f"{name} ({key})" if shown.count(name) > 1 else name) for key, name in known.items()]
    return sorted(choices, key=lambda choice: choice[1].casefold())


SIGNATURE = ("person", "who", "account_name")  # the first that is not empty identifies somebody
