"""The cases: reading, creating, changing, moving, deleting, and who takes part in them."""

from uuid import uuid4

from ..protocol import serializers
from ..protocol.errors import forbidden, invalid, not_found
from ..protocol.http import Answer, Request
from ..protocol.serializers import ALWAYS_ON_SINGLE, RELATIONS
from ..state.clock import now
from ..state.records import Firm, Json, blank_case
from ..world import World
from . import filters, paging, validation
from .validation import all_or_none, checked, date, every, existing, integer, name, nullable

FILTERS: dict[str, filters.Filter] = {
    "uuid": filters.one_of("uuid"),
    "completed": filters.present("completed_at", True),
    "in_progress": filters.present("completed_at", False),
    "type": filters.named("type", "types"),
    "status": filters.named("status", "statuses"),
    "tags": filters.named("tags", "tags"),
    "plan_uuid": filters.any_of("plans"),
    "account_uuids": filters.any_of("participants"),
    "circle_uuids": lambda text, firm: _in_circles(text, firm.accounts),
    "employee_account_uuids": filters.any_of("assigned_to_uuids"),
    "completed_after": filters.dated("completed_after", "completed_at", True),
    "completed_before": filters.dated("completed_before", "completed_at", False),
    "review_at_after": filters.dated("review_at_after", "review_at", True),
    "review_at_before": filters.dated("review_at_before", "review_at", False),
}
SORTS = ("created_at", "name", "status_position", "value", "completed_at", "review_at")

_SHARED: dict[str, validation.Check] = {
    "name": name,
    "status": existing("statuses"),
    "assigned_to_uuids": every("accounts"),
    "group_uuids": every("groups"),
    "review_at": nullable(date),
    "type": nullable(existing("types")),
    "value": nullable(integer(0)),
    "plans": all_or_none("plans"),
}
PUT_RULES = _SHARED | {"status_position": integer(1), "completed_at": nullable(date)}
POST_RULES = _SHARED | {"participants": every("accounts")}


def _in_circles(text: str, accounts: dict[str, Json]) -> filters.Test:
    circles = set(filters.values(text))
    members = {uuid for uuid, account in accounts.items() if account["circle"] in circles}
    return lambda case: not members.isdisjoint(case["participants"])


def visibility(world: World, request: Request) -> filters.Test | None:
    """Which of the firm's cases this account sees; None is all.

    With `assigned` everybody sees only their own; with `groups` members see their groups' and their own.
    """
    who = request.firm.accounts[request.login["account"]]
    if world.dialects["visibility"] == "assigned":
        return lambda case: who["uuid"] in case["assigned_to_uuids"]
    if world.dialects["visibility"] == "all" or who["role"] in {"owner", "admin"}:
        return None
    groups = set(who["group_uuids"])
    return lambda case: who["uuid"] in case["assigned_to_uuids"] or not groups.isdisjoint(case["group_uuids"])


def find(world: World, request: Request, uuid: str) -> Json:
    case = request.firm.cases.get(uuid.lower())
    sees = visibility(world, request)
    if case is None or (sees and not sees(case)):
        raise not_found("Case", uuid)
    return case


def listing(world: World, request: Request) -> Answer:
    asked = paging.parameters(request.query)
    include = filters.include(asked, world.dialects)
    tests = filters.filters(asked, FILTERS, request.firm, world.dialects)
    sees = visibility(world, request)
    found = filters.passing(_looked_up(request.firm, asked), [*tests, sees] if sees else tests)
    ordered = filters.order(found, asked, SORTS, "name", world.dialects)
    url = world.url(request.path)
    return Answer(body=paging.page(ordered, asked, url, lambda case: world.draw(request.firm, case, include)))


def _looked_up(firm: Firm, asked: dict[str, str]) -> list[Json]:
    """All cases, or only those asked for by uuid."""
    if not asked.get("filter[uuid]"):
        return list(firm.cases.values())
    uuids = dict.fromkeys(uuid.lower() for uuid in filters.values(asked["filter[uuid]"]))
    return [firm.cases[uuid] for uuid in uuids if uuid in firm.cases]


def show(world: World, request: Request, uuid: str) -> Answer:
    return _single(world, request, find(world, request, uuid))


def _single(world: World, request: Request, case: Json) -> Answer:
    include = RELATIONS if world.dialects["put_relations"] == "loaded" else ALWAYS_ON_SINGLE
    return world.single(world.draw(request.firm, case, include))


def create(world: World, request: Request) -> Answer:
    fields = checked(request.body, POST_RULES, request.firm, required=("name", "participants"))
    _must_have_client(request.firm, fields["participants"], "The participants must include at least one client.")
    moment = now()
    status = fields.pop("status", None) or first_status(request.firm)
    record = blank_case(str(uuid4()), moment) | fields | {"status": None}
    place = {"status": status, "position": None, "how": world.dialects["positions"]}
    _write(world, request, record["uuid"], {"do": "create", "record": record, "place": place})
    return _single(world, request, request.firm.cases[record["uuid"]])


def first_status(firm: Firm) -> str | None:
    by_position = sorted(firm.statuses.values(), key=lambda status: status["position"])
    return by_position[0]["uuid"] if by_position else None


def update(world: World, request: Request, uuid: str) -> Answer:
    case = find(world, request, uuid)
    fields = checked(request.body, PUT_RULES, request.firm)
    if fields or world.dialects["plans"] == "detach":
        _write(world, request, uuid.lower(), updating(world, request.firm, case, fields))
    return _single(world, request, case)


def updating(world: World, firm: Firm, case: Json, fields: Json) -> Json:
    """The change that a PUT of these fields makes."""
    rest = {key: value for key, value in fields.items() if key not in {"status", "status_position"}}
    if world.dialects["plans"] == "detach":
        rest.setdefault("plans", [])
    change: Json = {"do": "update", "case": case["uuid"], "fields": rest, "at": now()}
    status, position = fields.get("status", case["status"]), fields.get("status_position")
    if status != case["status"] or position is not None:
        change["place"] = {"status": status, "position": position, "how": world.dialects["positions"]}
        _complete(world, firm, case, status, change)
    return change


def _complete(world: World, firm: Firm, case: Json, status: str | None, change: Json) -> None:
    """Entering the completed status dates the case, leaving it clears the date; a date that was sent wins."""
    if world.dialects["completed"] == "off" or status == case["status"] or "completed_at" in change["fields"]:
        return
    if _is_completed(firm, status):
        change["fields"]["completed_at"] = case["completed_at"] or change["at"]
    elif _is_completed(firm, case["status"]):
        change["fields"]["completed_at"] = None


def _is_completed(firm: Firm, status: str | None) -> bool:
    return bool(firm.statuses.get(status or "", {}).get("is_type_completed"))


def _write(world: World, request: Request, uuid: str, change: Json) -> None:
    """Make the change, and store on the request what it did."""
    cases = request.firm.cases
    request.before = serializers.watched(cases[uuid]) if uuid in cases else None
    world.change(change, request.firm)
    request.applied = True
    request.after = serializers.watched(cases[uuid]) if uuid in cases else None


def delete(world: World, request: Request, uuid: str) -> Answer:
    case = find(world, request, uuid)
    if not request.login["has_delete_permission"]:
        raise forbidden()
    _write(world, request, case["uuid"], {"do": "delete", "case": case["uuid"], "how": world.dialects["positions"]})
    return Answer(204)


def add_participants(world: World, request: Request, uuid: str) -> Answer:
    case = find(world, request, uuid)
    named = _participants(request)
    return _set_participants(world, request, case, list(dict.fromkeys(case["participants"] + named)))


def remove_participants(world: World, request: Request, uuid: str) -> Answer:
    case = find(world, request, uuid)
    named = _participants(request)
    left = [account for account in case["participants"] if account not in named]
    _must_have_client(request.firm, left, "At least one client must remain on the case.")
    return _set_participants(world, request, case, left)


def _participants(request: Request) -> list[str]:
    rules = {"participants": every("accounts")}
    found: list[str] = checked(request.body, rules, request.firm, required=("participants",))["participants"]
    return found


def _must_have_client(firm: Firm, accounts: list[str], sentence: str) -> None:
    if not any(firm.accounts[account]["type"] == "client" for account in accounts):
        raise invalid({"participants": [sentence]})


def _set_participants(world: World, request: Request, case: Json, accounts: list[str]) -> Answer:
    fields = {"participants": accounts}
    _write(world, request, case["uuid"], {"do": "update", "case": case["uuid"], "fields": fields, "at": now()})
    return _single(world, request, case)
