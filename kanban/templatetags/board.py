"""Presentation: how money, days, people and colours are shown. No queries."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django import template
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from kanban.board.card_view import Where, clip, day, face
from kanban.cases import requirements
from kanban.cases.fields import CASE_FIELDS, Row, row
from kanban.cases.formats import pounds
from kanban.cases.remote_parts import Part
from kanban.cases.revisions import digest, revision
from kanban.core import cache
from kanban.core.calendar import today
from kanban.core.text import words_in
from kanban.models import Card, Column, Connection, Move
from kanban.search.filters import BoardQuery
from kanban.web.forms.moves import retry_of
from kanban.web.messages import moves as move_messages
from kanban.web.messages.moves import Notice

register = template.Library()
register.filter(clip)


@register.simple_tag(takes_context=True)
def card(context: Context, card: Card, column: Column, lens: BoardQuery, lane: str = "") -> SafeString:
    """A card, rendered once per revision and day in each process: it depends on its arguments alone."""
    movable = bool(context["request"].rights.can_move)
    where = Where(str(column.status), column.completed, column.stale_days)
    return _render_card(
        card, where, movable, today(), f"{card.digest or digest(card)} {card.position}", _plans_found(card, lens), lane
    )


def _plans_found(card: Card, lens: BoardQuery) -> tuple[str, ...]:
    """Policy numbers that the search matched: nothing else on the card would show why it is here."""
    words = words_in(lens.q) if card.policies and lens.q else []
    return tuple(each for each in card.policies if any(part.startswith(w) for part in words_in(each) for w in words))


@lru_cache(maxsize=8192)
def _render_card(
    card: Card, where: Where, movable: bool, today: date, version: str, plans: tuple[str, ...], lane: str
) -> SafeString:
    context = face(card, today, where) | {"status": where.status, "movable": movable, "revision": revision(card)}
    context |= {"plans": plans, "lane": lane}
    return SafeString(get_template("board/_card.html").render(context))


cache.clears(_render_card.cache_clear)


@register.simple_tag
@lru_cache(maxsize=2000)
def in_bar(lens: BoardQuery, status: UUID, state: str) -> str:
    """The address of the board with only those cards of this column; if they are chosen already, with all of them."""
    return f"{reverse('board')}?{replace(lens, bar=lens.bar ^ {(status, state)}).query}"


@register.simple_tag
def stale_only(lens: BoardQuery) -> str:
    """The address of the board with only stale cases; if that is chosen already, with all of them."""
    return f"{reverse('board')}?{replace(lens, stale=not lens.stale).query}"


@register.filter
def why_old(connection: Connection) -> Notice | None:
    """Why a board is not as fresh as it should be, if it is not."""
    return move_messages.of_problem(connection)


@register.filter
def why_not_shown(part: Part) -> Notice:
    """Why a part of an opened case cannot be shown."""
    return move_messages.of_part(part.title, part.problem)


@register.filter
def passed(move: Move) -> str:
    """The limits that a move passes, in a sentence."""
    return requirements.passed(move.asked.get("limits", ()))


@register.simple_tag
def again(move: Move) -> dict[str, object]:
    """The fields that ask for the same move again, as a new intent of somebody who has read what became of it."""
    return retry_of(move)


@register.simple_tag
def fresh_intent() -> UUID:
    """A new intent."""
    return uuid4()


@register.filter
def on_day(moment: datetime | None) -> str:
    return day(moment, timezone.localdate()) if moment else "–"


@register.filter
def money(pennies: int, currency: str = "GBP") -> str:
    """£1,250 · £12.5k · £1.24m: short enough for a card, exact below ten thousand."""
    sign = "£" if currency == "GBP" else f"{currency} "
    minus, pounds = "−" if pennies < 0 else "", abs(pennies) / 100
    if pounds < 10_000:
        return f"{minus}{sign}{pounds:,.0f}" if abs(pennies) % 100 == 0 else f"{minus}{sign}{pounds:,.2f}"
    for size, unit, digits in ((1e9, "bn", 2), (1e6, "m", 2), (1e3, "k", 1)):
        if pounds >= size * (1 - 0.5 * 10 ** -(digits + 3)):
            return f"{minus}{sign}{math.floor(pounds / size * 10**digits + 0.5) / 10**digits:,.{digits}f}{unit}"
    return f"{minus}{sign}{pounds:,.0f}"


register.filter("exact_money", pounds)


@register.simple_tag
def facts(card: Card, case: Any) -> list[Row]:
    """The rows of facts: from Plannr's answer where there is one, else from the mirror."""
    return [row(fact, card, case) for fact in CASE_FIELDS.values()]


@register.filter
def initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.filter
def shade(name: str) -> int:
    """One of six tints, always the same for one name."""
    return sum(name.encode()) % 6


@register.filter
def hue(colour: str) -> str:
    """The nearest of 24 hues that share one lightness, so that each has contrast in light and dark; grey for greys and
    for what is no colour. Rejected: the colour itself, which needs inline style and may be unreadable."""
    return _hue(colour)


@lru_cache(maxsize=1000)
def _hue(colour: str) -> str:
    if len(colour) != 7:
        return "grey"
    r, g, b = ((int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5))
    # sRGB → OKLab (B. Ottosson's matrices), of which only the angle is wanted
    lms = (
        0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
        0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
        0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
    )
    long, medium, short = (part ** (1 / 3) for part in lms)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    y = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    if math.hypot(a, y) < 0.03:
        return "grey"
    return str(round(math.degrees(math.atan2(y, a)) / 15) * 15 % 360)


@register.filter
def bar_parts(parts: list[tuple[str, str, int]]) -> list[dict[str, object]]:
    """The parts of a header's bar as x and width in percent, with a small gap between."""
    whole = sum(count for _, _, count in parts)
    gap, x, bars = 1.0, 0.0, []
    room = 100 - gap * (len(parts) - 1)
    for state, words, count in parts:
        width = room * count / whole
        bars.append({"state": state, "words": words, "count": count, "x": f"{x:.1f}", "width": f"{width:.1f}"})
        x += width + gap
    return bars
