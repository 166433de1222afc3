"""What records look like in JSON, in the dialect that is switched on."""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from ..state.clock import shown
from ..state.dialects import Dialects
from ..state.records import WATCHED, Firm, Json

Include = frozenset[str]
RELATIONS: Include = frozenset(
    {"participants", "participants_count", "type", "status", "tags", "plans", "custom_fields", "groups", "assigned_to"}
)
ALWAYS_ON_SINGLE: Include = frozenset({"status", "type"})


def dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def stamps(record: Json) -> Json:
    return {
        "uuid": record["uuid"],
        "created_at": shown(record.get("created_at")),
        "updated_at": shown(record.get("updated_at")),
    }


def status(record: Json) -> Json:
    return stamps(record) | {name: record.get(name) for name in ("name", "colour", "position", "is_type_completed")}


def case_type(record: Json) -> Json:
    return stamps(record) | {"name": record["name"]}


def group(record: Json) -> Json:
    count = str(len(record["participants"]))
    return stamps(record) | {"name": record["name"], "slug": slug(record["name"]), "participants_count": count}


def tag(record: Json) -> Json:
    return stamps(record) | {"name": record["name"], "slug": slug(record["name"]), "colour": record["colour"]}


def custom_field(record: Json) -> Json:
    rest = {name: value for name, value in record.items() if name not in {"uuid", "created_at", "updated_at"}}
    return stamps(record) | rest


def account(record: Json) -> Json:
    names = ("type", "role", "first_name", "last_name", "name", "email")
    empty = {"photo_url": None, "ownership_percentage": None, "inactive_at": None, "referral_code": None}
    joint = {"with_login": record["type"] == "employee", "has_joint_account": False, "can_be_deleted": False}
    return stamps(record) | {name: record[name] for name in names} | empty | joint


def contact(record: Json) -> Json:
    """A telephone number or an e-mail address."""
    body = stamps(record) | {name: record[name] for name in ("name", "type", "value")}
    if record["type"] == "phone_number":
        body["phone_number_meta"] = {"country": "GB", "formatted": national(record["value"])}
    return body


def national(number: str) -> str:
    """+447700900123 as people in the UK write it: 07700 900123; London and Cardiff codes have three digits."""
    digits = "0" + number.removeprefix("+44")
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if digits.startswith("02") else f"{digits[:5]} {digits[5:]}"


def primary(account: str, kind: str, firm: Firm) -> Json | None:
    """The account's first telephone number or e-mail address."""
    found = (each for each in firm.contacts.values() if account in each["accounts"])
    return next((contact(each) for each in found if each["type"] == kind and each["primary"]), None)


def task_status(record: Json) -> Json:
    names = ("name", "colour", "position", "is_type_completed", "is_archived", "is_not_started")
    return stamps(record) | {name: record[name] for name in names}


def task(record: Json) -> Json:
    names = ("name", "description", "priority", "position", "taskable_type")
    dates = {name: shown(record[name]) for name in ("due_at", "completed_at")}
    return stamps(record) | {name: record[name] for name in names} | dates


def note(record: Json) -> Json:
    return stamps(record) | {name: record[name] for name in ("type", "contents", "edited", "path")}


def plan(record: Json, dialects: Dialects) -> Json:
    names = ("opened_at", "name", "type", "policy_number", "status", "provider")
    rest = {"sub_type": None, "abstract_type": None, "proposal_reference": None, "inactive_at": None}
    flags = {"under_advice": True, "agency_in_your_name": True, "visible_on_client_portal": True}
    value = {"value": money(record["value"], dialects), "valued_at": shown(record["updated_at"])}
    return stamps(record) | {name: record[name] for name in names} | rest | flags | value


def login(record: Json, firm: Firm) -> Json:
    who = firm.accounts[record["account"]]
    flags = ("wealth_enabled", "goals_enabled", "factfind_enabled", "tasks_enabled", "welcome_enabled")
    rights = {name: record[name] for name in ("has_write_permission", "has_delete_permission")}
    names = {name: who[name] for name in ("first_name", "last_name", "email")}
    more = {"expires_at": None, "primary": True, "receives_unread_notifications_email": False}
    end = {"user_type": who["type"], "account": account(who), "firm": record["firm"]}
    return stamps(record) | more | rights | dict.fromkeys(flags, True) | names | end


def subscription(record: Json) -> Json:
    called = {"last_outgoing_webhook_call_at": shown(record["last_outgoing_webhook_call_at"])}
    return stamps(record) | {name: record[name] for name in ("signing_secret", "url", "events")} | called


def money(value: Any, dialects: Dialects) -> Any:
    """Pennies as an object; anything else as it is."""
    if type(value) is not int:
        return value
    amount: str | int = value if dialects["money"] == "int" else str(value)
    sign, pounds = "-" if value < 0 else "", abs(value) / 100
    return {"amount": amount, "currency": "GBP", "formatted": f"{sign}£{pounds:,.2f}"}


def slug(name: Any) -> str:
    plain = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def case(record: Json, include: Include, firm: Firm, dialects: Dialects) -> Json:
    """A case without its status_position, which changes too often to be cached with the rest."""
    body = stamps(record) | {"name": record["name"], "slug": slug(record["name"])}
    body |= {name: shown(record[name]) for name in ("review_at", "completed_at")}
    body |= {name: record[name] for name in ("assigned_to_uuids", "group_uuids", "task_board_uuid")}
    body["value"] = money(record["value"], dialects)
    body |= _relations(record, include, firm, dialects)
    if dialects["relation_keys"] == "null":
        body |= dict.fromkeys(RELATIONS - include)
    oddities: Json = record.get("wire", {})
    return body | oddities


def _relations(record: Json, include: Include, firm: Firm, dialects: Dialects) -> Json:
    def each(name: str) -> Any:
        return _one(name, record, firm) if name in _ONE else many(_related(name, record, firm, dialects), dialects)

    return {name: each(name) for name in sorted(include)}


def many(found: list[Json], dialects: Dialects) -> Any:
    """A list of related things; in one dialect an object with numbers as keys."""
    return dict(enumerate(found)) if found and dialects["collections"] == "object" else found


def accounts(uuids: Any, firm: Firm, dialects: Dialects) -> Any:
    return many([account(each) for each in _known(firm.accounts, uuids)], dialects)


_ONE = {"status", "type", "participants_count"}


def _one(name: str, record: Json, firm: Firm) -> Any:
    if name == "participants_count":
        return len(record["participants"])
    found = (firm.statuses if name == "status" else firm.types).get(record[name])
    if found is None:
        return None
    return status(found) if name == "status" else case_type(found)


def _related(name: str, record: Json, firm: Firm, dialects: Dialects) -> list[Json]:
    if name == "plans":
        return [plan(each, dialects) for each in _known(firm.plans, record["plans"])]
    if name == "participants":
        return [account(each) for each in _known(firm.accounts, record["participants"])]
    if name == "assigned_to":
        return [account(each) for each in _known(firm.accounts, record["assigned_to_uuids"])]
    if name == "groups":
        return [group(each) for each in _known(firm.groups, record["group_uuids"])]
    if name == "tags":
        return [tag(each) for each in _known(firm.tags, record["tags"])]
    return [
        custom_field(each) | {"value": record["custom_fields"].get(uuid)} for uuid, each in firm.custom_fields.items()
    ]


def _known(records: dict[str, Json], uuids: Any) -> Iterable[Json]:
    return [records[uuid] for uuid in uuids or [] if uuid in records]


def watched(record: Json) -> Json:
    """What the request log compares before and after, dates as Plannr shows them."""
    seen = {name: record[name] for name in WATCHED}
    return seen | {name: shown(record[name]) for name in ("review_at", "completed_at")}
