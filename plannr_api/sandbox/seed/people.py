"""Staff, clients, their plans and their logins."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from ..state.clock import stored
from ..state.records import Firm, Json
from . import words


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def employee(uuid: str, first: str, last: str, role: str, at: str, host: str = "ashdownvale.example") -> Json:
    email = f"{first}.{last}@{host}".lower()
    return account(uuid, "employee", role, first, last, at) | {"email": email, "group_uuids": []}


def account(uuid: str, kind: str, role: str, first: str, last: str, at: str) -> Json:
    return {
        "uuid": uuid,
        "created_at": at,
        "updated_at": at,
        "type": kind,
        "role": role,
        "first_name": first,
        "last_name": last,
        "name": f"{first} {last}".strip(),
        "email": None,
        "circle": None,
    }


def login(uuid: str, account: Json, firm: Json, tokens: list[str], may_write: bool, may_delete: bool, at: str) -> Json:
    return {
        "uuid": uuid,
        "created_at": at,
        "updated_at": at,
        "tokens": list(tokens),
        "account": account["uuid"],
        "firm": firm,
        "has_write_permission": may_write,
        "has_delete_permission": may_delete,
    }


def add_clients(firm: Firm, chance: Random, count: int, today: datetime) -> None:
    """Households, most of them couples with a joint account; then trusts and businesses; each with its plans."""
    made = 0
    while made < count:
        household = _household(chance, made, today)
        for client in household:
            firm.accounts[client["uuid"]] = client
            for plan in _plans(chance, client, today):
                firm.plans[plan["uuid"]] = plan
        made += len(household)


def _household(chance: Random, made: int, today: datetime) -> list[Json]:
    at = stored(today - timedelta(days=chance.randint(30, 2000), minutes=chance.randint(0, 500)))
    circle = _uuid(chance)
    people = [_client(chance, role, first, last, at) for role, first, last in _members(chance, made)]
    return [person | {"circle": circle} for person in people]


def _members(chance: Random, made: int) -> list[tuple[str, str, str]]:
    _, firsts, lasts = chance.choices(words.HERITAGES, [row[0] for row in words.HERITAGES])[0]
    one, other = chance.sample(firsts.split(), 2)
    surname = chance.choice(lasts.split())
    draw = chance.random()
    if draw < 0.05 or made < len(words.RARE_CLIENTS):
        return [("individual", *words.RARE_CLIENTS[made % len(words.RARE_CLIENTS)])]
    if draw < 0.09:
        return [("business", "", f"{surname} {chance.choice(words.BUSINESSES)}")]
    if draw < 0.13:
        return [("trust", "", f"The {surname} Family Trust")]
    if draw < 0.50:
        return [("individual", one, surname)]
    return [("individual", one, surname), ("individual", other, surname), ("joint", f"{one} and {other}", surname)]


def _client(chance: Random, role: str, first: str, last: str, at: str) -> Json:
    client = account(_uuid(chance), "client", role, first, last, at)
    if role == "individual" and (first + last).isascii():
        client["email"] = f"{first}.{last}{chance.randint(2, 97)}@mail.example".lower()
    return client


def _plans(chance: Random, client: Json, today: datetime) -> list[Json]:
    return [_plan(chance, client, today) for _ in range(chance.choice((0, 1, 1, 2)))]


def _plan(chance: Random, client: Json, today: datetime) -> Json:
    kind, provider = chance.choice(words.PLAN_KINDS), chance.choice(words.PROVIDERS)
    opened = today - timedelta(days=chance.randint(100, 6000))
    return {
        "uuid": _uuid(chance),
        "created_at": client["created_at"],
        "updated_at": client["created_at"],
        "opened_at": opened.date().isoformat(),
        "name": f"{provider} {kind}",
        "type": kind,
        "provider": provider,
        "policy_number": f"{provider[:2].upper()}{chance.randint(1_000_000, 9_999_999)}",
        "status": chance.choice(("in_force", "in_force", "in_force", "paid_up", "proposed")),
        "value": chance.randint(40, 6_500) * 10_000,
        "client": client["uuid"],
    }
