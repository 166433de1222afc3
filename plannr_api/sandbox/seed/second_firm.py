"""The second firm: small, and not visible to the first. Its names occur nowhere else."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from ..state.clock import stored
from ..state.records import Firm, Json, Records, blank_case
from . import words
from .people import account, employee, login

HOST = "harbourlane.example"
CASES = 20

# name, colour, completed
STATUSES = (
    ("Moored", "#1D4E89", False),
    ("Under sail", "#00B2CA", False),
    ("In dock", "#F79256", False),
    ("Landed", "#23852B", True),
)
TYPES = ("Harbour mortgage", "Harbour pension", "Harbour cover")
GROUPS = ("Quayside", "Lighthouse")
TAGS = (("Storm warning", "#B4233C"),)
FIRST_NAMES = ("Ada", "Bram", "Cleo", "Dirk", "Edda", "Finn")
LAST_NAMES = ("Anchorman", "Breakwater", "Capstan", "Driftwood", "Foghorn", "Galleon", "Halyard", "Keelson")


def build(seed: int, today: datetime) -> Firm:
    chance = Random(f"{seed}:second firm")
    at = stored(today - timedelta(days=900))
    firm = Firm({"uuid": _uuid(chance), "name": words.SECOND_FIRM}, number=1)
    _add_lists(firm, chance, at)
    _add_staff(firm, chance, at)
    _add_clients(firm, chance, at)
    for number in range(CASES):
        case = _case(firm, chance, number, today)
        firm.cases[case["uuid"]] = case
    return firm


def _uuid(chance: Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _add_lists(firm: Firm, chance: Random, at: str) -> None:
    firm.groups = _records(chance, at, [{"name": name, "participants": []} for name in GROUPS])
    firm.types = _records(chance, at, [{"name": name} for name in TYPES])
    firm.tags = _records(chance, at, [{"name": name, "colour": colour} for name, colour in TAGS])
    statuses: list[Json] = [
        {"name": name, "colour": colour, "position": number, "is_type_completed": completed}
        for number, (name, colour, completed) in enumerate(STATUSES, 1)
    ]
    firm.statuses = _records(chance, at, statuses)


def _records(chance: Random, at: str, rows: list[Json]) -> Records:
    made = [{"uuid": _uuid(chance), "created_at": at, "updated_at": at} | row for row in rows]
    return {row["uuid"]: row for row in made}


def _add_staff(firm: Firm, chance: Random, at: str) -> None:
    """An owner, and the one member of the first firm who also works here, with the same token."""
    both = next(row[:3] for row in words.STAFF if row[0] == words.TWO_FIRMS)
    for first, last, role in (("Charlie", "Carter", "owner"), both):
        person = employee(_uuid(chance), first, last, role, at, HOST) | {"group_uuids": list(firm.groups)}
        firm.accounts[person["uuid"]] = person
        for group in firm.groups.values():
            group["participants"].append(person["uuid"])
        firm.logins.append(login(_uuid(chance), person, firm.firm, [f"sandbox-{first.lower()}"], True, True, at))


def _add_clients(firm: Firm, chance: Random, at: str) -> None:
    for number, last in enumerate(LAST_NAMES):
        first = FIRST_NAMES[number % len(FIRST_NAMES)]
        client = account(_uuid(chance), "client", "individual", first, last, at) | {"circle": _uuid(chance)}
        firm.accounts[client["uuid"]] = client
        plan = _plan(chance, client)
        firm.plans[plan["uuid"]] = plan


def _plan(chance: Random, client: Json) -> Json:
    return {
        "uuid": _uuid(chance),
        "created_at": client["created_at"],
        "updated_at": client["created_at"],
        "opened_at": client["created_at"][:10],
        "name": "Harbour Mutual SIPP",
        "type": "SIPP",
        "provider": "Harbour Mutual",
        "policy_number": f"HM{chance.randint(1_000_000, 9_999_999)}",
        "status": "in_force",
        "value": chance.randint(40, 900) * 10_000,
        "client": client["uuid"],
    }


def _case(firm: Firm, chance: Random, number: int, today: datetime) -> Json:
    """Five to a status, in the order in which they are made."""
    plan = list(firm.plans.values())[number % len(firm.plans)]
    client, kind = firm.accounts[plan["client"]], list(firm.types.values())[number % len(firm.types)]
    status = list(firm.statuses.values())[number % len(firm.statuses)]
    opened = stored(today - timedelta(days=chance.randint(20, 200)))
    staff = [each["uuid"] for each in firm.accounts.values() if each["type"] == "employee"]
    return blank_case(_uuid(chance), opened) | {
        "name": f"{kind['name']} for {client['last_name']}",
        "status": status["uuid"],
        "status_position": number // len(firm.statuses) + 1,
        "type": kind["uuid"],
        "review_at": stored(today + timedelta(days=chance.randint(-10, 60), hours=10)),
        "completed_at": stored(today - timedelta(days=number)) if status["is_type_completed"] else None,
        "value": chance.randint(3, 90) * 10_000,
        "assigned_to_uuids": [staff[number % len(staff)]],
        "group_uuids": [list(firm.groups)[number % len(firm.groups)]],
        "participants": [client["uuid"]],
        "plans": [plan["uuid"]],
        "tags": list(firm.tags)[: number % 3 == 0],
    }
