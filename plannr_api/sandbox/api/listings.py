"""The other lists of the firm, and single statuses and plans."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ..protocol import serializers
from ..protocol.errors import invalid, no_route, not_found
from ..protocol.http import Answer, Request
from ..state.clock import now
from ..state.dialects import Dialects
from ..state.records import Firm, Json
from ..world import World
from . import filters, paging, validation
from .filters import Filter
from .validation import checked, colour, integer, nullable

_BY_UUID: dict[str, Filter] = {"uuid": filters.one_of("uuid")}
_BY_NAME: dict[str, Filter] = _BY_UUID | {"name": filters.part_of("name")}
_DATES = ("created_at", "updated_at")
_PEOPLE: dict[str, Filter] = _BY_NAME | {"email": filters.part_of("email")}
# /account has no documented filter by uuid.
_ACCOUNTS: dict[str, Filter] = {
    "name": filters.part_of("name"),
    "email": filters.part_of("email"),
    "primary_email": filters.part_of("email"),
    "primary_phone_number": lambda text, firm: _reached_by(text, firm),
    "type": filters.one_of("type"),
    "role": filters.one_of("role"),
    "created_after": filters.dated("created_after", "created_at", True),
    "created_before": filters.dated("created_before", "created_at", False),
}
_PEOPLE_SORTS = (*_DATES, "first_name", "last_name", "email")


Relation = Callable[[Json, Firm, Dialects], Any]


def _primary(kind: str) -> Relation:
    return lambda account, firm, dialects: serializers.primary(account["uuid"], kind, firm)


def _reached_by(text: str, firm: Firm) -> filters.Test:
    """Accounts whose primary telephone number holds these digits."""
    numbers = [each for each in firm.contacts.values() if each["type"] == "phone_number" and each["primary"]]
    found = {uuid for each in numbers if text.strip() in each["value"] for uuid in each["accounts"]}
    return lambda account: account["uuid"] in found


_PRIMARY: dict[str, Relation] = {"primary_phone_number": _primary("phone_number"), "primary_email": _primary("email")}


@dataclass(frozen=True)
class Listing:
    """Which records a path lists, and how they may be asked for.

    `always` are the relations that every answer has, `includes` those that have to be asked for.
    """

    records: str
    draw: Callable[[Json], Json]
    default: str = "name"
    filters: dict[str, Filter] = field(default_factory=lambda: _BY_NAME)
    sorts: tuple[str, ...] = (*_DATES, "name")
    of_type: str | None = None
    dialect: str = ""
    always: dict[str, Relation] = field(default_factory=dict)
    includes: dict[str, Relation] = field(default_factory=dict)


LISTINGS: dict[str, Listing] = {
    "cases-status": Listing(
        "statuses", serializers.status, "position", sorts=(*_DATES, "name", "position"), dialect="status_list"
    ),
    "cases-type": Listing("types", serializers.case_type, dialect="type_list"),
    "group": Listing("groups", serializers.group),
    "tag": Listing("tags", serializers.tag, sorts=(*_DATES, "name", "slug")),
    "custom-field": Listing(
        "custom_fields",
        serializers.custom_field,
        "position",
        _BY_UUID | {"model_type": filters.one_of("model_type")},
        (*_DATES, "name", "model_type", "position"),
    ),
    "account": Listing("accounts", serializers.account, "first_name", _ACCOUNTS, _PEOPLE_SORTS, includes=_PRIMARY),
    "employee": Listing(
        "accounts",
        serializers.account,
        "first_name",
        _PEOPLE | {"type": filters.one_of("role")},
        _PEOPLE_SORTS,
        "employee",
        includes=_PRIMARY,
    ),
    "client": Listing(
        "accounts",
        serializers.account,
        "first_name",
        _PEOPLE | {"type": filters.one_of("role")},
        _PEOPLE_SORTS,
        "client",
        includes=_PRIMARY,
    ),
}


def listing(world: World, request: Request) -> Answer:
    kind = LISTINGS[request.path.rstrip("/").rpartition("/")[2]]
    if kind.dialect and world.dialects[kind.dialect] == "404":
        raise no_route(request.path)
    return listed(world, request, kind, _records(request.firm, kind))


def listed(world: World, request: Request, kind: Listing, items: list[Json]) -> Answer:
    """The items that are asked for, with their relations."""
    asked, firm = paging.parameters(request.query), request.firm
    include = filters.include(asked, world.dialects, kind.includes)
    relations = kind.always | {name: kind.includes[name] for name in sorted(include)}
    found = filters.passing(items, filters.filters(asked, kind.filters, firm, world.dialects))
    ordered = filters.order(found, asked, kind.sorts, kind.default, world.dialects)

    def draw(item: Json) -> str:
        related = {name: relate(item, firm, world.dialects) for name, relate in relations.items()}
        return serializers.dump(kind.draw(item) | related)

    return Answer(body=paging.page(ordered, asked, world.url(request.path), draw))


def _records(firm: Firm, kind: Listing) -> list[Json]:
    return [item for item in firm[kind.records].values() if kind.of_type in {None, item.get("type")}]


def logins(world: World, request: Request) -> Answer:
    found = world.state.logins_of(request.person)
    shown = [serializers.login(login, world.state.firm_of(login)) for login in found]
    chosen = world.state.access.tokens.get(request.token, {}).get("account")
    first = next((each["account"]["uuid"] for each in shown if each["account"]["type"] == "employee"), None)
    preferred, place = {"preferred_account_uuid": chosen or first}, world.dialects["preferred_account"]
    if place == "login" or (place == "absent" and chosen):
        shown = [each | preferred for each in shown]
    return Answer(body=serializers.dump({"data": shown} | (preferred if place == "beside" else {})))


NEW_STATUS: dict[str, validation.Check] = {"name": validation.name, "colour": colour}
CHANGED_STATUS = {"name": nullable(validation.name), "colour": colour, "position": integer(1)}


def show_status(world: World, request: Request, uuid: str) -> Answer:
    return world.single(serializers.dump(serializers.status(_status(request.firm, uuid))))


def _status(firm: Firm, uuid: str) -> Json:
    if (status := firm.statuses.get(uuid.lower())) is None:
        raise not_found("CaseStatus", uuid)
    return status


def create_status(world: World, request: Request) -> Answer:
    fields = checked(request.body, NEW_STATUS, request.firm, required=("name",))
    uuid = str(uuid4())
    world.change(new_status(request.firm, uuid, fields["name"], fields.get("colour")), request.firm)
    request.applied = True
    return show_status(world, request, uuid)


def new_status(firm: Firm, uuid: str, name: str, hue: str | None) -> Json:
    """The change that adds a status after all others."""
    moment, last = now(), max((status["position"] for status in firm.statuses.values()), default=0)
    start = {"created_at": moment, "position": last + 1, "is_type_completed": False}
    return {"do": "status", "status": uuid, "fields": start | {"name": name, "colour": hue}, "at": moment}


def update_status(world: World, request: Request, uuid: str) -> Answer:
    status = _status(request.firm, uuid)
    fields = {
        key: value for key, value in checked(request.body, CHANGED_STATUS, request.firm).items() if value is not None
    }
    position = fields.pop("position", None)
    if fields and status["is_type_completed"]:
        raise invalid({key: ["A completed status may only change its position."] for key in fields})
    change = {"do": "status", "status": status["uuid"], "fields": fields, "at": now(), "position": position}
    world.change(change, request.firm)
    request.applied = True
    return show_status(world, request, uuid)


def show_plan(world: World, request: Request, uuid: str) -> Answer:
    if (plan := request.firm.plans.get(uuid.lower())) is None:
        raise not_found("Plan", uuid)
    return world.single(serializers.dump(serializers.plan(plan, world.dialects)))
