"""The firm's cases: their names, statuses, people and values."""

from bisect import bisect
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from uuid import UUID

from ..state.clock import stored
from ..state.records import Firm, Json
from . import words


class _Desk:
    """What is looked up for every case, looked up once."""

    def __init__(self, firm: Firm) -> None:
        self.clients = [each for each in firm.accounts.values() if each["type"] == "client"]
        self.staff = {each["first_name"]: each["uuid"] for each in firm.accounts.values() if each["type"] == "employee"}
        self.types = {each["name"]: each["uuid"] for each in firm.types.values()}
        self.groups, self.tags, self.statuses = list(firm.groups), list(firm.tags), list(firm.statuses)
        self.fields = {each["reference"]: each["uuid"] for each in firm.custom_fields.values()}
        self.plans: dict[str, list[str]] = {}
        for plan in firm.plans.values():
            self.plans.setdefault(plan["client"], []).append(plan["uuid"])


def add_cases(firm: Firm, chance: Random, count: int, today: datetime) -> None:
    desk = _Desk(firm)
    spread = _spread(count)
    chance.shuffle(spread)
    made = [_case(chance, desk, number, place, today) for number, place in enumerate(spread)]
    firm.cases = {case["uuid"]: case for case in made}
    for status in desk.statuses:
        _number([case for case in made if case["status"] == status], chance)


def _number(cases: list[Json], chance: Random) -> None:
    """Dense from 1. The latest completed cases come first; open cases are in random order, as if people dragged
    them."""
    chance.shuffle(cases)
    cases.sort(key=lambda case: case["completed_at"] or "", reverse=True)
    placed = [case for case in cases if chance.random() > 0.02]
    for number, case in enumerate(placed, 1):
        case["status_position"] = number


def _spread(count: int) -> list[int]:
    """A status number for each case, by the share of each status."""
    shares = [row[2] for row in words.STATUSES]
    return [bisect(list(accumulate(shares)), (number + 0.5) / count) for number in range(count)]


def _case(chance: Random, desk: _Desk, number: int, spread: int, today: datetime) -> Json:
    completed = _completed(chance, today) if words.STATUSES[spread][3] else None
    kind, client, title = _work(chance, desk, number, completed or today)
    created = (completed or today) - timedelta(days=_age(chance, spread), minutes=chance.randint(1, 600))
    touched = completed or created + (today - created) * chance.random()
    return {
        "uuid": _uuid(chance),
        "created_at": stored(created),
        "updated_at": stored(touched),
        "name": title,
        "status": desk.statuses[spread],
        "status_position": None,
        "type": desk.types.get(kind),
        "review_at": _review(chance, completed, today),
        "completed_at": stored(completed) if completed else None,
        "value": _value(chance, kind),
        "assigned_to_uuids": _assigned(chance, desk),
        "group_uuids": _groups(chance, desk, kind),
        "participants": _participants(chance, desk, client),
        "plans": desk.plans.get(client["uuid"], [])[: chance.choice((0, 1, 1, 2))],
        "tags": chance.sample(desk.tags, 1 if chance.random() < 0.3 else 0),
        "custom_fields": _fields(chance, desk),
        "task_board_uuid": _uuid(chance) if chance.random() < 0.4 else None,
    }


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _weighted(chance: Random, choices: Sequence[tuple[Any, float]]) -> Any:
    return chance.choices([name for name, _ in choices], [share for _, share in choices])[0]


def _completed(chance: Random, today: datetime) -> datetime:
    """In the last two years, about one in six of them in the last month."""
    days = chance.uniform(0, 30) if chance.random() < 0.13 else chance.uniform(0, 730)
    return today - timedelta(days=days)


def _age(chance: Random, spread: int) -> int:
    """Days since the case was opened: the later its status, the more days."""
    return chance.randint(0, 12) + chance.randint(2, 20) * spread


def _kind(chance: Random) -> str:
    return "" if chance.random() < 0.05 else str(_weighted(chance, [(row[0], row[1]) for row in words.TYPES]))


def _work(chance: Random, desk: _Desk, number: int, at: datetime) -> tuple[str, Json, str]:
    """The type of the case, its client and its title."""
    if number % 41 == 23:
        title, kind, surnames = words.RARE_TITLES[number // 41 % len(words.RARE_TITLES)]
        fitting = [client for client in desk.clients if client["last_name"] in surnames.split()]
        return kind, chance.choice(fitting or desk.clients), title
    kind, client = _kind(chance), chance.choice(desk.clients)
    return kind, client, _title(chance, kind, client, at)


def _title(chance: Random, kind: str, client: Json, at: datetime) -> str:
    one, other = chance.sample(words.PROVIDERS, 2)
    year = at.year if (at.month, at.day) >= (4, 6) else at.year - 1
    surname = str(client["last_name"]).removeprefix("The ").removesuffix(" Family Trust")
    title = chance.choice(words.TITLES[kind])
    tax_year = f"{year}/{(year + 1) % 100:02}"
    return title.format(year=tax_year, name=surname, a=one, b=other, month=chance.choice(words.MONTHS))


def _review(chance: Random, completed: datetime | None, today: datetime) -> str | None:
    """Overdue, due soon, later or none."""
    if completed:
        return stored(completed + timedelta(days=365, hours=9)) if chance.random() < 0.3 else None
    spans = (((-45, -1), 0.14), ((0, 7), 0.16), ((8, 30), 0.22), ((31, 210), 0.33), (None, 0.15))
    span = _weighted(chance, spans)
    hour = chance.choice((9, 9.5, 10, 11, 14, 15.5))
    return stored(today + timedelta(days=chance.randint(*span), hours=hour)) if span else None


def _value(chance: Random, kind: str) -> int | None:
    """In pennies. Mostly modest, a few very large, some zero, some unknown."""
    draw = chance.random()
    if draw < 0.10:
        return None
    if draw < 0.13:
        return 0
    if draw > 0.992:
        return chance.randint(90, 320) * 1_000_000
    low, high = next((row[2:4] for row in words.TYPES if row[0] == kind), (150, 1_500))
    pounds = low + (high - low) * chance.random() ** 2.2
    return int(pounds // 5 * 500) + (chance.randint(1, 99) if chance.random() < 0.1 else 0)


def _assigned(chance: Random, desk: _Desk) -> list[str]:
    if chance.random() < 0.07:
        return []
    names = [_weighted(chance, list(zip(words.ADVISERS, (5, 4, 6, 5, 4, 2), strict=True)))]
    if chance.random() < 0.35:
        names.append(chance.choice(words.SUPPORT))
    return [desk.staff[name] for name in names]


def _groups(chance: Random, desk: _Desk, kind: str) -> list[str]:
    home = next((row[4] for row in words.TYPES if row[0] == kind), None)
    also = [3] if chance.random() < 0.15 else []
    return [desk.groups[number] for number in ([] if home is None else [home]) + also]


def _participants(chance: Random, desk: _Desk, client: Json) -> list[str]:
    """The client, sometimes with the rest of the household."""
    if client["role"] in {"joint", "trust", "business"} or chance.random() < 0.7:
        return [client["uuid"]]
    start = desk.clients.index(client) if len(desk.clients) < 500 else 0
    near = desk.clients[max(0, start - 2) : start + 3]
    return [client["uuid"]] + [
        each["uuid"] for each in near if each["circle"] == client["circle"] and each is not client
    ]


def _fields(chance: Random, desk: _Desk) -> Json:
    """Values of the case's own fields, by the field's uuid."""
    basis = chance.choice(("Initial fee", "Ongoing fee", None))
    reference = f"REF-{chance.randint(10_000, 99_999)}" if chance.random() < 0.25 else None
    values = {"provider_reference": reference, "fee_basis": basis, "vulnerability": chance.random() < 0.4}
    return {desk.fields[name]: value for name, value in values.items()}
