"""The switchboard: JSON over HTTP at /switchboard/, to make things go wrong and to see what happened."""

import json
from collections.abc import Callable
from typing import Any

from ..api import paging
from ..protocol import serializers
from ..protocol.http import Answer, Request
from ..state.records import Firm, Json
from ..world import World, oauth_client
from . import people
from .external_edits import ExternalEdits

PREFIX = "/switchboard/"
Deed = Callable[[World, Json, dict[str, str]], Any]


def answer(world: World, request: Request) -> Answer:
    """200 with what was asked; 400 and 404 say in a sentence what was wrong."""
    deed = _DEEDS.get((request.method, request.path.removeprefix(PREFIX).rstrip("/")))
    if deed is None:
        return _say(404, {"message": f"The switchboard has no {request.method} {request.path}."})
    body = request.parsed if isinstance(request.parsed, dict) else {}
    try:
        return _say(200, deed(world, body, paging.parameters(request.query)))
    except KeyError as error:
        return _say(404, {"message": f"There is no {error.args[0]!r} here."})
    except (ValueError, TypeError) as error:
        return _say(400, {"message": str(error)})


def _say(status: int, body: Any) -> Answer:
    return Answer(status, json.dumps(body))


def _add_fault(world: World, body: Json, asked: dict[str, str]) -> Json:
    return {"name": world.faults.add(body).name}


def _clear_faults(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.faults.clear()
    return {}


def _outside(world: World, body: Json, asked: dict[str, str]) -> Json:
    """The body's `do` names the edit; its `fields` are the fields; the rest are other arguments of the edit."""
    deed = body.get("do")
    if deed not in OUTSIDE_DEEDS:
        raise ValueError(f"do is one of {', '.join(OUTSIDE_DEEDS)}, not {deed!r}.")
    arguments = {name: value for name, value in body.items() if name not in {"do", "fields", "when"}}
    fields = {name: value for name, value in body.get("fields", {}).items() if name not in {"case", "when"}}
    made = getattr(ExternalEdits(world), deed)(**arguments, **fields, when=_when(body.get("when")))
    return {"uuid": made} if made else {}


OUTSIDE_DEEDS = ("move", "edit", "delete", "create", "delete_status", "add_status", "edit_status")


def _when(given: Json | None) -> tuple[str, str] | None:
    return (str(given.get("method", "*")), str(given.get("path", "*"))) if given else None


def _expire(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.expired.add(str(body["token"]))
    return {}


def _rights(world: World, body: Json, asked: dict[str, str]) -> Json:
    if not isinstance(body["write"], bool):
        raise ValueError(f"write is true or false, not {body['write']!r}.")
    people.rights(world, body["person"], body["write"])
    return {}


def _person(deed: Callable[[World, str], None]) -> Deed:
    """An action that takes only a person."""

    def done(world: World, body: Json, asked: dict[str, str]) -> Json:
        deed(world, body["person"])
        return {}

    return done


def _signed_in(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.signed_in = world.person(body["person"]) if body["person"] else None
    return {"person": world.signed_in}


def _oauth_client(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.change({"do": "client", "client": oauth_client(body)})
    return {"client_id": body["client_id"]}


def _webhooks(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.webhook_delivery.speak(**body)
    return {"mode": world.webhook_delivery.mode, "seconds": world.webhook_delivery.seconds}


def _storm(world: World, body: Json, asked: dict[str, str]) -> Json:
    return {"sent": world.storm(int(body["count"]))}


def _deliveries(world: World, body: Json, asked: dict[str, str]) -> list[Json]:
    return world.webhook_delivery.deliveries()


def _replay(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.webhook_delivery.replay(body["number"])
    return {}


def _gate(world: World, body: Json, asked: dict[str, str]) -> Json:
    return {"name": world.gates.add(**{"method": "*", "path": "*", "when": "before"} | body)}


def _held(world: World, body: Json, asked: dict[str, str]) -> list[Json]:
    return world.gates.held()


def _release(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.gates.release(body["name"])
    return {}


def _dialects(world: World, body: Json, asked: dict[str, str]) -> Json:
    world.speak(body)
    return dict(world.dialects)


def _reset(world: World, body: Json, asked: dict[str, str]) -> Json:
    """The body's dialects may stand beside `cases` and `seed`, or under `dialects`."""
    spoken = {name: value for name, value in body.items() if name not in {"cases", "seed", "dialects"}}
    world.reset(body.get("cases"), body.get("seed"), spoken | body.get("dialects", {}))
    return {"cases": len(world.firm.cases), "seed": world.seed}


def _ledger(world: World, body: Json, asked: dict[str, str]) -> list[Json]:
    return world.request_log.since(int(asked.get("since", "0")))


def _state(world: World, body: Json, asked: dict[str, str]) -> Json:
    return state(world)


def state(world: World) -> Json:
    """All statuses and cases of the first firm as they stand, in plain form, `updated_at` with its microseconds.

    Those of the other firm are at `other_firm`.
    """
    with world.lock:
        first, other = (_board(firm) for firm in world.state.firms)
        return first | {"other_firm": other}


def _board(firm: Firm) -> Json:
    statuses = sorted(firm.statuses.values(), key=lambda status: status["position"])
    return {"statuses": [dict(each) for each in statuses], "cases": [_plain(case) for case in firm.cases.values()]}


def _plain(case: Json) -> Json:
    return dict(case) | serializers.watched(case)


_DEEDS: dict[tuple[str, str], Deed] = {
    ("POST", "faults"): _add_fault,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "outside"): _outside,
    ("POST", "expire"): _expire,
    ("POST", "rights"): _rights,
    ("POST", "leave"): _person(people.leave),
    ("POST", "come-back"): _person(people.come_back),
    ("POST", "expire-access"): _person(people.expire_access),
    ("POST", "revoke"): _person(people.revoke),
    ("POST", "signed-in"): _signed_in,
    ("POST", "oauth-client"): _oauth_client,
    ("POST", "webhooks"): _webhooks,
    ("POST", "storm"): _storm,
    ("GET", "deliveries"): _deliveries,
    ("POST", "replay"): _replay,
    ("POST", "gates"): _gate,
    ("GET", "gates"): _held,
    ("POST", "gates/release"): _release,
    ("POST", "dialects"): _dialects,
    ("POST", "reset"): _reset,
    ("GET", "ledger"): _ledger,
    ("GET", "state"): _state,
}
