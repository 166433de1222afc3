"""A believable UK financial-advice firm, made from a seed. The same seed and day give the same firm."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from ..state.clock import LONDON, stored
from ..state.records import Firm, Json, Records, State
from . import related, second_firm, words
from .cases import add_cases
from .people import add_clients, employee, login

Staff = tuple[str, str, str, bool, bool, tuple[int, ...]]


def found(cases: int, seed: int, staff: int = 0) -> State:
    """Both firms, new."""
    return complete(State([build(cases, seed)]), seed, staff)


def complete(state: State, seed: int, staff: int = 0) -> State:
    """Add what an earlier sandbox did not store: people, the second firm, and what belongs to cases."""
    first = state.firms[0]
    _remove_empty_second_firm(first)
    add_newcomers(first, seed, staff)
    if len(state.firms) == 1:
        state.firms.append(second_firm.build(seed, today()))
    related.add_case_fields(first, seed, today())
    for firm in state.firms:
        related.add_contacts(firm, seed)
        related.add_tasks_and_notes(firm, seed, today())
    return state


def _remove_empty_second_firm(firm: Firm) -> None:
    """An earlier sandbox had it as an account of the first firm, to which that firm's cases were assigned by
    mistake."""
    for gone in [each for each in firm.accounts.values() if each.get("elsewhere")]:
        del firm.accounts[gone["uuid"]]
        firm.logins = [login for login in firm.logins if login["account"] != gone["uuid"]]
        here = next(each["uuid"] for each in firm.accounts.values() if each["name"] == gone["name"])
        for case in [each for each in firm.cases.values() if gone["uuid"] in (each["assigned_to_uuids"] or ())]:
            case["assigned_to_uuids"] = [here if uuid == gone["uuid"] else uuid for uuid in case["assigned_to_uuids"]]


def today() -> datetime:
    return datetime.now(LONDON).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def build(cases: int = 300, seed: int = 7) -> Firm:
    """Staff, statuses and lists depend only on the seed, so they are the same for any number of cases."""
    chance = Random(f"{seed}:firm")
    day = today()
    founded = stored(day - timedelta(days=2200))
    firm = Firm({"uuid": new_uuid(chance), "name": words.FIRM})
    _add_lists(firm, chance, founded)
    _add_staff(firm, chance, founded)
    add_clients(firm, Random(f"{seed}:clients"), max(24, cases * 2 // 3), day)
    _add_portal_logins(firm, chance, founded)
    add_cases(firm, Random(f"{seed}:cases"), cases, day)
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
    for row in words.STAFF:
        _add_person(firm, chance, row, at)


def _add_person(firm: Firm, chance: Random, row: Staff, at: str) -> None:
    first, last, role, may_write, may_delete, memberships = row
    groups = list(firm.groups.values())
    person = employee(new_uuid(chance), first, last, role, at)
    person["group_uuids"] = [groups[number]["uuid"] for number in memberships]
    for number in memberships:
        groups[number]["participants"].append(person["uuid"])
    firm.accounts[person["uuid"]] = person
    tokens = [token_of(row)] + (["sandbox-token"] if first == words.OWNER else [])
    firm.logins.append(login(new_uuid(chance), person, firm.firm, tokens, may_write, may_delete, at))


def token_of(row: Staff) -> str:
    """`sandbox-tom`; for people with a number as last name `sandbox-person15`."""
    first, last = row[:2]
    return f"sandbox-{first}{last if last.isdecimal() else ''}".lower()


def _add_portal_logins(firm: Firm, chance: Random, at: str) -> None:
    """The owner is also a client of her own firm, and one client has a token."""
    owner, client = firm.logins[0], next(each for each in firm.accounts.values() if each["type"] == "client")
    own = client | {"uuid": new_uuid(chance), "first_name": "Priya", "last_name": "Shah", "name": "Priya Shah"}
    firm.accounts[own["uuid"]] = own
    firm.logins.insert(0, login(new_uuid(chance), own, firm.firm, owner["tokens"], True, False, at))
    firm.logins.append(login(new_uuid(chance), client, firm.firm, ["sandbox-client"], True, False, at))


def add_newcomers(firm: Firm, seed: int, staff: int) -> None:
    """Add the newcomers who are not there yet, then people until there are `staff` of them."""
    known = sum(each["type"] == "employee" for each in firm.accounts.values())
    here = {token for each in firm.logins for token in each["tokens"]}
    missing = [row for row in words.NEWCOMERS if token_of(row) not in here]
    numbers = range(known + len(missing) + 1, staff + 1)
    for row in [*missing, *(("Person", str(number), "member", True, False, (0,)) for number in numbers)]:
        _add_person(firm, Random(f"{seed}:{token_of(row)}"), row, firm.logins[0]["created_at"])
