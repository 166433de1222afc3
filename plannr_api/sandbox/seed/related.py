"""What belongs to cases and accounts: tasks and notes of cases, custom fields, telephone numbers and e-mail addresses.

Each part has a random generator of its own, so that adding it changes nothing made before. It is added once.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from ..state.clock import later, shown, stored
from ..state.records import Firm, Json
from . import related_words as words


def _chance(firm: Firm, seed: int, what: str) -> Random:
    return Random(f"{seed}:{what}" if not firm.number else f"{seed}:{firm.number}:{what}")


def _record(chance: Random, at: str, **fields: Any) -> Json:
    uuid = str(UUID(int=chance.getrandbits(128), version=4))
    return {"uuid": uuid, "created_at": at, "updated_at": at} | fields


def add_case_fields(firm: Firm, seed: int, today: datetime) -> None:
    """Custom fields of the types that were missing: number, datetime and longtext."""
    chance, known = _chance(firm, seed, "fields"), {each["reference"] for each in firm.custom_fields.values()}
    for row in [row for row in words.CASE_FIELDS if row["reference"] not in known]:
        made = _record(chance, stored(today - timedelta(days=2200)), model_type="case", **words.PLAIN_FIELD | row)
        firm.custom_fields[made["uuid"]] = made
        for case in firm.cases.values():
            case["custom_fields"][made["uuid"]] = _value(chance, row["type"], today)


def _value(chance: Random, kind: str, today: datetime) -> Any:
    """The value of a field, sometimes None."""
    if chance.random() < 0.45:
        return None
    if kind == "number":
        return chance.choice((1, 2, 3, 4.5, 6, 7.5, 12))
    if kind == "datetime":
        return shown(
            stored(today - timedelta(days=chance.randint(1, 90)) + timedelta(hours=chance.choice((9, 11.5, 16))))
        )
    return chance.choice(words.LONG_TEXTS)


def add_contacts(firm: Firm, seed: int) -> None:
    """The e-mail address of each account, and telephone numbers from Ofcom's ranges for drama."""
    if firm.contacts:
        return
    chance = _chance(firm, seed, "contacts")
    for account in sorted(firm.accounts.values(), key=lambda each: bool(each["type"] == "employee")):
        for made in _contacts(chance, account):
            firm.contacts[made["uuid"]] = made


def _contacts(chance: Random, account: Json) -> list[Json]:
    share = {"accounts": [account["uuid"]], "primary": True}
    reached = [("Email", "email", account["email"])] if account["email"] else []
    if account["type"] == "employee" or (account["role"] != "joint" and chance.random() < 0.8):
        reached.append(("Mobile", "phone_number", f"+447700900{chance.randint(0, 999):03}"))
    made = [
        _record(chance, account["created_at"], name=name, type=kind, value=value, **share)
        for name, kind, value in reached
    ]
    if account["role"] == "individual" and chance.random() < 0.2:
        number = chance.choice(("+4420794600", "+4429201800")) + f"{chance.randint(0, 99):02}"
        other = {"name": "Work", "type": "phone_number", "value": number, "accounts": [account["uuid"]]}
        made.insert(0, _record(chance, account["created_at"], **other, primary=False))
    return made


def add_tasks_and_notes(firm: Firm, seed: int, today: datetime) -> None:
    if firm.task_statuses:
        return
    chance = _chance(firm, seed, "tasks")
    at = stored(today - timedelta(days=900))
    for number, row in enumerate(words.TASK_STATUSES, 1):
        made = _record(chance, at, position=number, **dict(zip(words.TASK_STATUS_FIELDS, row, strict=True)))
        firm.task_statuses[made["uuid"]] = made
    desk = _Desk(firm, today)
    for case in firm.cases.values():
        _add_tasks(desk, chance, case)
    chance = _chance(firm, seed, "notes")
    for case in firm.cases.values():
        _add_notes(desk, chance, case)


class _Desk:
    """What is looked up for every case, looked up once."""

    def __init__(self, firm: Firm, today: datetime) -> None:
        self.firm, self.today = firm, today
        self.staff = [uuid for uuid, each in firm.accounts.items() if each["type"] == "employee"][:12]
        self.not_started, self.doing, self.completed = list(firm.task_statuses)

    def span(self, case: Json) -> tuple[datetime, datetime]:
        """From when to when the case was worked on."""
        opened = _moment(case["created_at"]) or self.today - timedelta(days=30)
        return opened, max(opened, _moment(case["completed_at"]) or self.today)

    def people(self, case: Json) -> list[str]:
        return [uuid for uuid in case["assigned_to_uuids"] or () if uuid in self.firm.accounts] or self.staff


def _moment(text: Any) -> datetime | None:
    """None for what is no date: a test may have stored it in an earlier state."""
    try:
        return datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None


def _at_work(chance: Random, start: datetime, end: datetime) -> datetime:
    """A moment between the two, in working hours if possible."""
    at = (start + (end - start) * chance.random()).replace(hour=chance.randint(9, 16), minute=chance.randint(0, 59))
    return min(max(at, start), end)


def _add_tasks(desk: _Desk, chance: Random, case: Json) -> None:
    """One to four tasks on most cases, done one after the other."""
    if chance.random() > 0.6:
        return
    opened, end = desk.span(case)
    names = chance.sample(words.TASKS, chance.choice((1, 2, 2, 3, 4)))
    done = len(names) if case["completed_at"] else chance.randint(0, len(names) - 1)
    for number, (name, description) in enumerate(names):
        start = opened + (end - opened) * (number / (len(names) + 1))
        finished = _at_work(chance, start, end) if number < done else None
        task = _task(desk, chance, case, start, finished)
        desk.firm.tasks[task["uuid"]] = task | {"name": name, "description": description, "position": number + 1}


def _task(desk: _Desk, chance: Random, case: Json, start: datetime, finished: datetime | None) -> Json:
    who, people = chance.choice(desk.people(case)), desk.people(case)
    at = stored(finished) if finished else None
    status = desk.completed if finished else chance.choice((desk.not_started, desk.not_started, desk.doing))
    return _record(
        chance,
        stored(start),
        status=status,
        taskable_type="case",
        taskable=case["uuid"],
        priority=chance.choice(("highest", "high", "medium", "medium", "medium", "low")),
        due_at=_due(desk, chance, finished),
        author=people[0],
        assigned_to_uuids=[who] if chance.random() < 0.85 else [],
        completed_at=at,
        completed_by=who if finished else None,
    ) | {"updated_at": at or stored(start)}


def _due(desk: _Desk, chance: Random, finished: datetime | None) -> str | None:
    """A day in London; for a completed task, near the day of completion."""
    days = chance.randint(-5, 5) if finished else chance.randint(-8, 28)
    if chance.random() > 0.6:
        return None
    ago = (desk.today - finished).days if finished else 0
    return later(stored(desk.today), timedelta(days=days - ago))


def _add_notes(desk: _Desk, chance: Random, case: Json) -> None:
    """One to three notes, and none on almost half of the cases."""
    if chance.random() > 0.55:
        return
    opened, end = desk.span(case)
    client = next((desk.firm.accounts[uuid] for uuid in case["participants"] if uuid in desk.firm.accounts), None)
    name = (client or {}).get("first_name") or "the client"
    for kind, text in chance.sample(words.NOTES, chance.choice((1, 1, 2, 3))):
        at = stored(_at_work(chance, opened, end))
        rest = {"type": kind, "contents": text.format(name=name), "edited": chance.random() < 0.15}
        note = _record(chance, at, **rest, account=chance.choice(desk.people(case)), notable=case["uuid"], path=None)
        desk.firm.notes[note["uuid"]] = note
