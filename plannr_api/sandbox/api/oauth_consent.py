"""The sandbox's page for signing in, with a button for everybody who could."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from ..state.records import Firm, Json, State, person_of

_STYLE = """
:root { color-scheme: light dark; --back: #f4f5f2; --card: #fff; --text: #23302b; --soft: #5d6b65; --line: #dde2de;
  --edge: #8b9892; --accent: #1d6b52; --hover: #edf4f0; }
@media (prefers-color-scheme: dark) { :root { --back: #161b19; --card: #1f2623; --text: #e6ece9; --soft: #a3b0aa;
  --line: #35403b; --edge: #66756e; --accent: #7cc9ab; --hover: #28322e; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem 1rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 36rem; margin: 0 auto; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 2rem 0 .5rem; font-size: 1rem; color: var(--soft); font-weight: 600; }
p { margin: .5rem 0 0; color: var(--soft); overflow-wrap: anywhere; }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: .375rem; }
form { margin: 0; }
button { width: 100%; min-height: 2.75rem; padding: .5rem .875rem; font: inherit; color: inherit; text-align: start;
  background: transparent; border: 1px solid var(--edge); border-radius: .625rem; cursor: pointer; }
button:hover { background: var(--hover); border-color: var(--accent); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button span { color: var(--soft); }
.no { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.no button { text-align: center; }
"""


@dataclass(frozen=True)
class Choice:
    """One button: a person, with the account that it chooses, if any."""

    person: str
    account: str | None
    group: str
    name: str
    about: str


def choices(state: State) -> list[Choice]:
    """Everybody who may sign in, by firm. Who works for several firms has a button for each and one for none."""
    found: list[Choice] = []
    for firm in state.firms:
        found += _of_firm(state, firm)
    twice = {choice.person: choice for choice in found if choice.account}
    undecided = "No firm chosen yet"
    return found + [Choice(each.person, None, undecided, each.name, "choose the firm later") for each in twice.values()]


def possible(state: State, person: str, account: str | None) -> bool:
    """Whether the person may sign in, and the account, if one is chosen, is a staff account of theirs."""
    logins = [] if person in state.access.left else state.logins_of(person)
    return bool(logins) if account is None else account in {login["account"] for login in _at_work(state, logins)}


def _at_work(state: State, logins: list[Json]) -> list[Json]:
    return [each for each in logins if state.firm_of(each).accounts[each["account"]]["type"] == "employee"]


def _of_firm(state: State, firm: Firm) -> Iterator[Choice]:
    """Staff, then the clients who are not staff anywhere."""
    for staff in (True, False):
        for login in firm.logins:
            who, person = firm.accounts[login["account"]], person_of(login)
            works = _at_work(state, state.logins_of(person))
            if person in state.access.left or (who["type"] == "employee") != staff or (works and not staff):
                continue
            account = who["uuid"] if len(works) > 1 else None
            yield Choice(person, account, firm.firm["name"], who["name"], _about(firm, who, login))


def _about(firm: Firm, who: Json, login: Json) -> str:
    role = who["role"] if who["type"] == "employee" else "client"
    only = [] if login["has_write_permission"] else ["can only look"]
    short = firm.firm["name"].removesuffix(" Financial Planning")  # the heading says it in full
    return " · ".join([role, short, *only])


def page(state: State, carried: dict[str, str]) -> str:
    app = f"<p>“{escape(carried['client_id'])}” would like to use Plannr as you. Who are you?</p>"
    groups = groupby(choices(state), key=lambda choice: choice.group)
    lists = [
        f"<h2>{escape(group)}</h2>\n<ul>\n{''.join(_item(each, carried) for each in found)}</ul>\n"
        for group, found in groups
    ]
    no = f'<div class="no">{_form(carried | {"decision": "deny"}, "Don’t allow")}</div>\n'
    return document("Sign in to Plannr (sandbox)", f"{app}\n{''.join(lists)}{no}")


def _item(choice: Choice, carried: dict[str, str]) -> str:
    sent = carried | {"person": choice.person} | ({"account": choice.account} if choice.account else {})
    label = f"{escape(choice.name)}<span> · {escape(choice.about)}</span>"
    return f"<li>{_form(sent, label)}</li>\n"


def _form(sent: dict[str, str], label: str) -> str:
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">' for name, text in sent.items()
    )
    return f'<form method="post" action="/oauth/authorize">{fields}<button type="submit">{label}</button></form>'


def document(heading: str, content: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(heading)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{escape(heading)}</h1>\n{content}</main>\n</body>\n</html>\n"
    )
