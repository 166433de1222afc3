"""A believable UK financial-advice firm, made from a seed. The same seed and day give the same firm."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from . import words
from .casework import add_cases
from .clock import LONDON, keep
from .people import add_clients, employee, login
from .records import Firm, Json, Records


def build(cases: int = 300, seed: int = 7) -> Firm:
    """Staff, statuses and the like depend on the seed alone, so they are the same however many cases there are."""
    chance = Random(f"{seed}:firm")
    today = datetime.now(LONDON).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    founded = keep(today - timedelta(days=2200))
    firm = Firm({"uuid": new_uuid(chance), "name": words.FIRM})
    _add_lists(firm, chance, founded)
    _add_staff(firm, chance, founded)
    add_clients(firm, Random(f"{seed}:clients"), max(24, cases * 2 // 3), today)
    _add_portal_logins(firm, chance, founded)
    add_cases(firm, Random(f"{seed}:cases"), cases, today)
    return firm


def new_uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _add_lists(firm: Firm, chance: Random, at: str) -> None:
    firm.groups = _records(chance, at, [{"name": name, "participants": []} for name in words.GROUPS])
    firm.types = _records(chance, at, [{"name": name} for name, *_ in words.TYPES])
    firm.tags = _records(chance, at, [{"name": name, "colour": colour} for name, colour in words.TAGS])
    firm.statuses = _records(chance, at, [_status(number) for number in range(len(words.STATUSES))])
    firm.custom_fields = _records(chance, at, _custom_fields())


def _records(chance: Random, at: str, rows: list[Json]) -> Records:
    made = [{"uuid": new_uuid(chance), "created_at": at, "updated_at": at} | row for row in rows]
    return {row["uuid"]: row for row in made}


def _status(number: int) -> Json:
    name, colour, _, completed = words.STATUSES[number]
    return {"name": name, "colour": colour, "position": number + 1, "is_type_completed": completed}


def _custom_fields() -> list[Json]:
    plain = {"model_type": "case", "is_required": False, "selection_options": [], "is_visible_to_clients": False}
    basis = ["Initial fee", "Ongoing fee", "Commission"]
    return [
        plain
        | {"type": "string", "name": "Provider reference", "reference": "provider_reference", "position": 1}
        | {"help_text": "The reference to quote when we ring the provider"},
        plain
        | {"type": "selection", "name": "Fee basis", "reference": "fee_basis", "position": 2}
        | {"help_text": None, "selection_options": basis},
        plain
        | {"type": "boolean", "name": "Vulnerability discussed", "reference": "vulnerability", "position": 3}
        | {"help_text": None},
    ]


def _add_staff(firm: Firm, chance: Random, at: str) -> None:
    groups = list(firm.groups.values())
    for first, last, role, may_write, may_delete, memberships in words.STAFF:
        person = employee(new_uuid(chance), first, last, role, at)
        person["group_uuids"] = [groups[number]["uuid"] for number in memberships]
        for number in memberships:
            groups[number]["participants"].append(person["uuid"])
        firm.accounts[person["uuid"]] = person
        tokens = [f"sandbox-{first.lower()}"] + (["sandbox-token"] if role == "owner" else [])
        firm.logins.append(login(new_uuid(chance), person, firm.firm, tokens, may_write, may_delete, at))


def _add_portal_logins(firm: Firm, chance: Random, at: str) -> None:
    """The owner is also a client of her own firm, one client has a token, and one member works for two firms."""
    owner, client = firm.logins[0], next(each for each in firm.accounts.values() if each["type"] == "client")
    own = client | {"uuid": new_uuid(chance), "first_name": "Priya", "last_name": "Shah", "name": "Priya Shah"}
    firm.accounts[own["uuid"]] = own
    firm.logins.insert(0, login(new_uuid(chance), own, firm.firm, owner["tokens"], True, False, at))
    firm.logins.append(login(new_uuid(chance), client, firm.firm, ["sandbox-client"], True, False, at))
    _add_second_firm(firm, chance, at)


def _add_second_firm(firm: Firm, chance: Random, at: str) -> None:
    first, last, role = next(row[:3] for row in words.STAFF if row[0] == words.TWO_FIRMS)
    other = {"uuid": new_uuid(chance), "name": words.SECOND_FIRM}
    person = employee(new_uuid(chance), first, last, role, at) | {"elsewhere": True}
    firm.accounts[person["uuid"]] = person
    tokens = [f"sandbox-{first.lower()}"]
    firm.logins.append(login(new_uuid(chance), person, other, tokens, True, True, at))
