"""What a Plannr account holds and how Plannr answers it, as far as reading shows it. Nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from plannr_api import (
    UNSET,
    Case,
    CaseList,
    Forbidden,
    Login,
    NotFound,
    Plannr,
    Status,
    Thing,
    statuses_of,
)

RELATIONS = ("participants", "assigned_to", "groups", "tags", "plans", "custom_fields")
SHOWN = 10  # of the cases that cannot be read


def of_logins(logins: Sequence[Login], chosen: Login | None) -> Iterator[str]:
    """Who the token is. Each account is named with its uuid, for PLANNR_ACCOUNT_UUID."""
    yield f"The token has {_count(logins, 'login')}:"
    for login in logins:
        if account := login.account:
            role = " ".join(word for word in (account.role, account.type) if word)
            firm = f" at {login.firm.name}" if login.firm else ""
            rights = "" if login.has_write_permission else ", may not write"
            mark = " <- the board speaks as this one" if chosen is login else ""
            yield f"  {account.uuid} {account.display_name} ({role}){firm}{rights}{mark}"


def of_lists(plannr: Plannr) -> Iterator[str]:
    """Statuses, types, employees and groups: whether Plannr lists them, and what is in them."""
    lists: dict[str, Callable[[], Sequence[Thing]]] = {
        "status": plannr.statuses.list,
        "type": plannr.types.list,
        "employee": plannr.employees.list,
        "group": plannr.groups.list,
    }
    for noun, read in lists.items():
        try:
            yield _of_list(noun, read())
        except (NotFound, Forbidden) as refusal:
            why = "does not let this account list" if isinstance(refusal, Forbidden) else "has no list of"
            yield f"Plannr {why} its {_plural(noun)} (HTTP {refusal.status}); the board takes them from the cases."


def _of_list(noun: str, things: Sequence[Thing]) -> str:
    names = [_name(thing) for thing in things] if noun in ("status", "type") else []
    return f"Plannr lists {_count(things, noun)}{': ' if names else ''}{', '.join(names)}."


def _name(thing: Thing) -> str:
    done = " (completed)" if isinstance(thing, Status) and thing.is_type_completed else ""
    return f"{getattr(thing, 'name', '') or '(no name)'}{done}"


def of_cases(read: CaseList) -> Iterator[str]:
    """How many cases there are, and which fields they have."""
    total = "" if read.total is None else f", and counts {read.total} itself"
    yield f"Plannr gives {_count(read.cases, 'case')} that can be read{total}."
    if read.set_aside:
        yield f"{_count(read.set_aside, 'case')} cannot be read:"
        yield from (f"  {each.uuid or 'no uuid'}: {each.path}: {each.reason}" for each in read.set_aside[:SHOWN])
    if read.cases:
        yield from _of_places(read.cases)
        yield from _of_relations(read.cases)
        yield _of_completion(read.cases)


def _of_places(cases: Sequence[Case]) -> Iterator[str]:
    yield (
        f"Without a status: {sum(not isinstance(case.status, Status) for case in cases)}. "
        f"Without a place in its status: {sum(not isinstance(case.status_position, int) for case in cases)}."
    )
    places = Counter(
        (case.status.uuid, case.status_position)
        for case in cases
        if isinstance(case.status, Status) and isinstance(case.status_position, int)
    )
    doubled = sum(number for number in places.values() if number > 1)
    if doubled:
        yield f"{doubled} cases share a place with another: Plannr may store places as sent, without renumbering."
    else:
        yield "No two cases share a place, as when Plannr renumbers on every move."


def _of_relations(cases: Sequence[Case]) -> Iterator[str]:
    counts = {name: sum(getattr(case, name) is not None for case in cases) for name in RELATIONS}
    never = [name for name, number in counts.items() if number == 0]
    partly = [name for name, number in counts.items() if 0 < number < len(cases)]
    if never:
        yield f"No case says its {_and(never)}, though asked to: absent or null, the board shows none."
    if partly:
        yield f"Some cases say their {_and(partly)}, and some leave them out."
    if not never and not partly:
        yield f"Every case says its {_and(RELATIONS)}."


def _of_completion(cases: Sequence[Case]) -> str:
    done = [case for case in cases if isinstance(case.status, Status) and case.status.is_type_completed]
    undated = sum(case.completed_at in (None, UNSET) for case in done)
    dated = sum(case.completed_at not in (None, UNSET) for case in cases) - (len(done) - undated)
    return (
        f"Cases in a completed status: {len(done)}, without a completion date: {undated}. "
        f"Cases elsewhere with one: {dated}."
    )


def of_one(plannr: Plannr, cases: Sequence[Case]) -> Iterator[str]:
    """What one case has when it is read alone, where no include is documented."""
    if cases:
        alone = plannr.cases.get(cases[0].uuid)
        present = [name for name in RELATIONS if getattr(alone, name) is not None]
        yield f"A case read alone says {f'its {_and(present)}' if present else 'none of its relations'}."


def of_rate(plannr: Plannr) -> str:
    remaining = plannr.rate.remaining
    left = "does not say how many remain" if remaining is None else f"says that {remaining} remain"
    return f"Plannr allows {plannr.rate.limit} requests a minute and {left}."


def unseen() -> Iterator[str]:
    yield "Reading cannot show whether single objects come bare or wrapped in data, nor whether amounts"
    yield "are strings or numbers: the board reads both, so nothing has to be set for it."


def columns(plannr: Plannr) -> list[Status]:
    """The statuses, from the list or, where there is none, from the cases."""
    try:
        return plannr.statuses.list()
    except NotFound:
        return statuses_of(plannr.cases.list(include=("status",)).cases)


def _count(things: Sequence[object], noun: str) -> str:
    return f"{len(things)} {noun if len(things) == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"


def _and(names: Sequence[str]) -> str:
    words = [name.replace("_", " ") for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
