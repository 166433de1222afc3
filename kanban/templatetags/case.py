"""Presentation of an open case: custom fields by their type, full dates, and contact details."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from kanban.board.card_view import review_of
from kanban.core.calendar import today

register = template.Library()
YES, NO = ("1", "true", "yes"), ("0", "false", "no")
LONGEST = 10_000  # characters of one text in an opened case


@register.filter
def in_full(moment: datetime) -> str:
    """19 Nov 2026, 14:30, in London."""
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y, %H:%M}"


@register.filter
def full_day(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local.day} {local:%b %Y}"


@register.filter
def review_state(moment: datetime | None) -> str:
    """Also for anything else that is due on a day."""
    return review_of(moment, today())[0]


@register.filter
def review_words(moment: datetime | None) -> str:
    return review_of(moment, today())[1]


@register.filter
def contact_of(reached: list[tuple[UUID, object]] | None, client: UUID) -> object:
    """What was found of one client, if contacts were asked for."""
    return dict(reached).get(client) if reached else None


@register.filter
def by_type(value: object, kind: str | None) -> str:
    """The value of a custom field, shown by its type; a value that does not fit its type is shown as it is."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if kind == "boolean" or isinstance(value, bool):
        return _yes_or_no(value)
    if kind == "datetime":
        return _moment(str(value))
    if isinstance(value, int | float):
        return f"{value:,.10g}" if abs(value) < 1e15 else str(value)
    return long(str(value))


@register.filter
def wording(text: str) -> str:
    """A code of Plannr's, such as in_force, as people write it."""
    return text.replace("_", " ").capitalize() if text.islower() and " " not in text else text


@register.filter
def long(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _yes_or_no(value: object) -> str:
    word = str(value).lower()
    return "Yes" if word in YES else "No" if word in NO else long(str(value))


def _moment(text: str) -> str:
    try:
        if day := parse_date(text):
            return f"{day.day} {day:%b %Y}"
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        return long(text)
    return in_full(moment if timezone.is_aware(moment) else timezone.make_aware(moment))
