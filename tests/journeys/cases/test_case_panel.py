"""A case in full: what the mirror knows at once, what only Plannr knows in parts that fail alone, and nothing kept."""

import html
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from kanban.models import Card, Entry
from kanban.sync import refresh
from plannr_api.sandbox import Sandbox
from tests.support.moves import made
from tests.support.people import Answer, Person
from tests.support.team import Team

HTMX = {"HX-Request": "true"}
PARTS = {
    "details": "/api/v1/cases",
    "contacts": "/api/v2/contact-details",
    "tasks": "/api/v1/task",
    "notes": "/api/v1/note/*",
}
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def get(person: Person, path: str, *, htmx: bool = True) -> Answer:
    answer = person.client.get(path, headers=HTMX if htmx else {})
    return Answer(answer.status_code, answer.content.decode())


def words(answer: Answer) -> str:
    return " ".join(answer.words.split())


def part(person: Person, case: str, name: str) -> Answer:
    path = f"/cases/{case}/{name}/"
    return get(person, path + (f"?whose={whose(person, case)}" if name == "contacts" else ""))


def whose(person: Person, case: str) -> str:
    """Whom the details let one ask for: it comes with them."""
    found = re.search(r"/contacts/\?whose=([^\"]+)", part(person, case, "details").text)
    assert found
    return html.unescape(found.group(1))


@pytest.fixture
def full(priya: Person) -> dict[str, Any]:
    """A case that has something of everything."""
    firm = priya.plannr.firm
    tasks, notes = {each["taskable"] for each in firm.tasks.values()}, {each["notable"] for each in firm.notes.values()}
    return next(
        case
        for case in priya.plannr.state()["cases"]
        if case["uuid"] in tasks & notes
        and case["plans"]
        and not case["completed_at"]
        and case["review_at"]
        and any(firm.accounts[each]["email"] for each in case["participants"])
    )


def named(plannr: Sandbox, table: str, uuid: str) -> dict[str, Any]:
    return dict(plannr.firm[table][uuid])


# What is there


def test_what_the_mirror_knows_is_there_at_once_and_plannr_is_not_asked(priya: Person, full: dict[str, Any]) -> None:
    before = len(priya.plannr.ledger)
    case = Card.objects.select_related("column").get(case=full["uuid"])
    shown = words(get(priya, f"/cases/{case.case}/"))
    place = priya.standing(case.column.name).index(str(case.case)) + 1
    for said in (case.name, case.column.name, case.type_name, *case.clients, *case.people, *case.groups):
        assert " ".join(said.split()) in shown
    assert f"{place} of {len(priya.standing(case.column.name))}" in shown
    assert case.review_at
    assert f"{timezone.localtime(case.review_at):%A}" in shown
    assert len(priya.plannr.ledger) == before


def test_a_value_is_said_to_the_penny(priya: Person) -> None:
    case = priya.standing("Research")[0]
    priya.plannr.outside.edit(case, value=24439594)
    refresh.refresh(priya.connection)
    assert "£244,395.94" in get(priya, f"/cases/{case}/").text


def test_plans_and_the_firms_own_fields_are_said_by_their_type(priya: Person, full: dict[str, Any]) -> None:
    fields = {
        each["reference"]: each["uuid"]
        for each in priya.plannr.firm.custom_fields.values()
        if "case" in each["model_type"]
    }
    kinds = {each["type"]: each for each in priya.plannr.firm.custom_fields.values() if each["uuid"] in fields.values()}
    said = {"boolean": True, "datetime": "2026-07-01T09:30:00+00:00", "number": 4.5, "selection": "B", "string": "<b>s"}
    said |= {"longtext": "first\n\nsecond <i>"}
    assert set(kinds) == set(said)
    priya.plannr.outside.edit(full["uuid"], custom_fields={kinds[kind]["uuid"]: value for kind, value in said.items()})
    shown = part(priya, full["uuid"], "details")
    for wanted in ("Yes", "1 Jul 2026, 10:30", "4.5", "B", "&lt;b&gt;s", "first\n\nsecond &lt;i&gt;"):
        assert f"<bdi>{wanted}</bdi>" in shown.text
    for plan in (named(priya.plannr, "plans", each) for each in full["plans"]):
        for wanted in (plan["provider"], plan["policy_number"], plan["status"].replace("_", " ").capitalize()):
            assert wanted in words(shown)
        assert f"£{plan['value'] / 100:,.2f}" in shown.text


def test_clients_come_with_how_to_reach_them(priya: Person, full: dict[str, Any]) -> None:
    shown = part(priya, full["uuid"], "contacts").text
    clients = [named(priya.plannr, "accounts", each) for each in full["participants"]]
    for client in (each for each in clients if each["type"] == "client"):
        assert f'id="reach-{client["uuid"]}"' in shown
        if client["email"]:
            assert f'href="mailto:{client["email"]}"' in shown
    numbers = [each["value"] for each in priya.plannr.firm.contacts.values() if each["type"] == "phone_number"]
    assert any(number in shown for number in numbers) or "tel:" not in shown


def test_tasks_are_counted_and_notes_are_text(priya: Person, full: dict[str, Any]) -> None:
    firm = priya.plannr.firm
    tasks = [each for each in firm.tasks.values() if each["taskable"] == full["uuid"]]
    done = sum(each["completed_at"] is not None for each in tasks)
    shown = words(part(priya, full["uuid"], "tasks"))
    assert f"{done} of {len(tasks)} done" in shown
    for task in tasks:
        assert task["name"] in shown
    notes = [each for each in firm.notes.values() if each["notable"] == full["uuid"]]
    priya.plannr.firm.notes[notes[0]["uuid"]]["contents"] = "<script>alert(1)</script>\nsecond line"
    shown_notes = part(priya, full["uuid"], "notes")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in shown_notes.text
    for note in notes[1:]:
        assert " ".join(note["contents"].split()) in words(shown_notes)
    for note in notes:
        assert named(priya.plannr, "accounts", note["account"])["name"] in words(shown_notes)


def test_each_part_is_one_request_to_plannr(priya: Person, full: dict[str, Any]) -> None:
    asked_for = whose(priya, full["uuid"])
    for name in PARTS:
        before = len(priya.plannr.ledger)
        assert get(priya, f"/cases/{full['uuid']}/{name}/?whose={asked_for}").status == 200
        assert len(priya.plannr.ledger) == before + 1, name


def test_without_script_one_page_has_all_parts(priya: Person, full: dict[str, Any]) -> None:
    page = get(priya, f"/cases/{full['uuid']}/?whole", htmx=False)
    task = next(each for each in priya.plannr.firm.tasks.values() if each["taskable"] == full["uuid"])
    plan = named(priya.plannr, "plans", full["plans"][0])
    for wanted in (task["name"], plan["policy_number"], "mailto:"):
        assert wanted in page.text
    assert "Asking Plannr" not in page.text
    assert 'hx-get=""' not in page.text + get(priya, f"/cases/{full['uuid']}/").text
    assert priya.client.get(f"/cases/{full['uuid']}/tasks/")["Location"] == f"/cases/{full['uuid']}/?whole"


# Where it is


def test_the_address_of_the_board_names_the_open_case(priya: Person, full: dict[str, Any]) -> None:
    page = get(priya, f"/?case={full['uuid']}", htmx=False)
    assert f'data-opened="{full["uuid"]}"' in page.text
    assert f"http://testserver/?case={full['uuid']}" in page.text
    for nothing in ("", "?case=", "?case=nonsense"):
        assert "data-opened" not in get(priya, f"/{nothing}", htmx=False).text


def test_the_way_to_plannr_is_there_once_its_address_is_known(
    priya: Person, full: dict[str, Any], settings: Any
) -> None:
    assert "Open in Plannr" not in get(priya, f"/cases/{full['uuid']}/").text
    settings.PLANNR_CASE_URL = "https://app.example.co.uk/cases/{uuid}?from=board"
    assert (
        f'href="https://app.example.co.uk/cases/{full["uuid"]}?from=board"'
        in get(priya, f"/cases/{full['uuid']}/").text
    )


# Who may see it


def test_a_case_that_plannr_does_not_show_is_404_at_every_address(team: Team) -> None:
    team.plannr.speak(visibility="assigned")
    alice, bob = team.sign_in("alice", read=False), team.sign_in("bob", read=False)
    case = team.plannr.state()["cases"][0]["uuid"]
    team.plannr.outside.edit(case, assigned_to_uuids=[str(alice.connection.account)], name="For her eyes")
    for person in (alice, bob):
        refresh.refresh(person.connection)
    hers = whose(alice, case)
    charlie = team.sign_in("charlie")
    for person in (bob, charlie):
        before = len(team.plannr.ledger)
        for path in ("", "known/", "details/", f"contacts/?whose={hers}", "tasks/", "notes/"):
            for htmx in (True, False):
                answer = get(person, f"/cases/{case}/{path}", htmx=htmx)
                assert answer.status == 404, path
                assert "For her eyes" not in answer.text
        page = get(person, f"/?case={case}", htmx=False)
        assert (page.status, "This case has gone" in page.text, "For her eyes" in page.text) == (404, True, False)
        assert [each["path"] for each in team.plannr.ledger[before:] if "login" not in each["path"]] == []


def test_nobody_elses_contact_details_can_be_asked_for(priya: Person, full: dict[str, Any]) -> None:
    one, other = priya.standing("Research")[:2]
    hers = whose(priya, one)
    for said in ("", "nonsense", hers[:-2] + "xx"):
        assert get(priya, f"/cases/{one}/contacts/?whose={said}").status == 404
    assert get(priya, f"/cases/{other}/contacts/?whose={hers}").status == 404
    assert get(priya, f"/cases/{one}/contacts/?whose={hers}").status == 200


def test_who_only_looks_sees_all_of_it(team: Team) -> None:
    val = team.sign_in("val")
    case = val.standing("Fact find")[0]
    for name in PARTS:
        assert part(val, case, name).status == 200
    shown = get(val, f"/cases/{case}/").text
    assert "case-title" in shown
    assert "<form" not in shown


# When it goes wrong


REASONS = [
    ({"status": 403}, 403, "Plannr does not show them to this account."),
    ({"delay": 3}, 504, "Plannr did not answer in time."),
    ({"body": "<html>"}, 502, "Plannr answered with something that the board cannot read."),
    ({"status": 429}, 429, "Plannr asks us to slow down."),
]
DOWN: tuple[dict[str, Any], int, str] = ({"status": 503}, 503, "Plannr cannot be reached.")


@pytest.mark.parametrize(
    ("name", "fault", "status", "said"),
    [*((name, *DOWN) for name in PARTS), *(("tasks", *reason) for reason in REASONS)],
)
def test_each_part_fails_alone_with_a_sentence_and_a_retry(
    priya: Person, full: dict[str, Any], name: str, fault: dict[str, Any], status: int, said: str
) -> None:
    case, asked_for = full["uuid"], whose(priya, full["uuid"])
    priya.plannr.fail("GET", PARTS[name], times=0, **fault)
    answer = get(priya, f"/cases/{case}/{name}/?whose={asked_for}")
    assert answer.status == status
    assert said in words(answer)
    assert re.search(rf'id="retry-{name}"[^>]+hx-get="/cases/{case}/{name}/[^>]+>Retry</button>', answer.text)
    if status == 429:
        return
    for other in PARTS.keys() - {name}:
        assert get(priya, f"/cases/{case}/{other}/?whose={asked_for}").status == 200
    priya.plannr.heal()
    assert get(priya, f"/cases/{case}/{name}/?whose={asked_for}").status == 200


def test_while_plannr_wants_a_pause_it_is_not_asked(priya: Person, full: dict[str, Any]) -> None:
    priya.plannr.fail("GET", "/api/v1/task", status=429)
    assert part(priya, full["uuid"], "tasks").status == 429
    before = len(priya.plannr.ledger)
    answer = part(priya, full["uuid"], "notes")
    assert (answer.status, "Plannr asks us to slow down." in words(answer)) == (429, True)
    assert len(priya.plannr.ledger) == before


# When it changes


def test_the_panel_is_told_only_what_is_different(priya: Person, full: dict[str, Any]) -> None:
    case = full["uuid"]
    (asks,) = re.findall(r'hx-get="(/cases/[^"]+/known/\?seen=[^"]+)"', get(priya, f"/cases/{case}/").text)
    assert get(priya, asks).status == 204
    priya.plannr.outside.edit(case, value=24439594)
    refresh.refresh(priya.connection)
    answer = priya.client.get(asks, headers=HTMX)
    text = answer.content.decode()
    assert answer["HX-Trigger-After-Settle"] == '{"case-edited": {}}'
    assert "£244,395.94" in text
    assert "Somebody</bdi></b> edited it" in text
    (asks,) = re.findall(r'hx-get="(/cases/[^"]+/known/\?seen=[^"]+)"', text)
    first = priya.standing(priya_column(case))[0]
    priya.plannr.outside.move(first, priya.status("Presented"), 1)
    refresh.refresh(priya.connection)
    answer = priya.client.get(asks, headers=HTMX)
    assert answer.status_code == (200 if first != case else answer.status_code)
    assert first == case or "HX-Trigger-After-Settle" not in answer  # its place alone: nothing to ask Plannr for


def priya_column(case: str) -> str:
    return Card.objects.select_related("column").get(case=case).column.name


def test_a_case_that_has_gone_says_so_and_leaves_the_board(priya: Person, full: dict[str, Any]) -> None:
    case = full["uuid"]
    priya.plannr.outside.delete(case)
    for path in ("details/", "known/", "tasks/"):
        answer = priya.client.get(f"/cases/{case}/{path}", headers=HTMX)
        assert answer.status_code == 404
        assert "This case has gone" in answer.content.decode()
        assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#case-header", "outerHTML")
    assert not Card.objects.filter(case=case).exists()


def test_a_case_that_cannot_be_read_is_not_taken_for_gone(priya: Person, full: dict[str, Any]) -> None:
    priya.plannr.outside.edit(full["uuid"], wire={"review_at": "soon"})
    answer = part(priya, full["uuid"], "details")
    assert answer.status == 502
    assert Card.objects.filter(case=full["uuid"]).exists()


# How long it stood where


def test_time_in_each_status_is_told_from_the_record(priya: Person) -> None:
    card = priya.connection.cards.select_related("column").get(case=priya.standing("Research")[0])
    statuses = {name: uuid.UUID(priya.status(name)) for name in ("New enquiry", "Fact find", "Research")}
    days = [(58, "New enquiry", "Fact find"), (47, "Fact find", "Research")]
    now = timezone.now()
    for ago, before, after in days:
        came = {"from_status": statuses[before], "to_status": statuses[after], "got_status": statuses[after]}
        made(priya.connection, card, at=now - timedelta(days=ago), settled_at=now - timedelta(days=ago), **came)
    shown = words(get(priya, f"/cases/{card.case}/"))
    first = timezone.localtime(now - timedelta(days=58))
    assert f"58 days since we first saw it on {first.day} {first:%b %Y}" in shown
    assert "Fact find 11 d" in shown
    assert "Research 47 d" in shown
    (told,) = re.findall(r"Time in each status.*?History", shown)
    assert "New enquiry" not in told  # since when it stood there, nobody knows


def test_of_a_case_made_while_we_looked_the_beginning_is_known(priya: Person) -> None:
    made_now = priya.plannr.outside.create(
        name="New", status=priya.status("Research"), created_at=datetime.now(UTC).isoformat()
    )
    refresh.refresh(priya.connection)
    shown = words(get(priya, f"/cases/{made_now}/"))
    assert f"Less than a day since {timezone.localdate().day} " in shown
    assert "we first saw it" not in shown


def test_the_last_lines_of_the_record_are_sentences_and_the_rest_is_a_page(priya: Person) -> None:
    case = priya.standing("Fact find")[0]
    priya.drop(case, "Research")
    shown = get(priya, f"/cases/{case}/")
    assert "Priya Shah moved it from Fact find to Research , place" in words(shown)
    assert f'href="/cases/{case}/record/"' in shown.text
    card = priya.connection.cards.select_related("column").get(case=case)
    for _ in range(21):
        made(priya.connection, card)
    shown = get(priya, f"/cases/{case}/")
    assert words(shown).count("Priya Shah moved it") == 20
    assert "Older lines, and the whole record of this case" in words(shown)


# Nothing is kept


def test_no_contact_detail_note_or_plan_is_stored_or_logged(
    priya: Person, full: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    case, firm = full["uuid"], priya.plannr.firm
    for name in PARTS:
        answer = priya.client.get(
            f"/cases/{case}/{name}/" + (f"?whose={whose(priya, case)}" if name == "contacts" else ""), headers=HTMX
        )
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    get(priya, f"/cases/{case}/?whole", htmx=False)
    priya.drop(case, "Presented")
    secrets = [each["value"] for each in firm.contacts.values()]
    secrets += [each["contents"] for each in firm.notes.values() if each["notable"] == case]
    secrets += [f"'{each['name']}'" for each in firm.plans.values()]  # only its number is kept, to find the case by
    stored = "\n".join(
        str(row) for model in apps.get_app_config("kanban").get_models() for row in model.objects.values_list()
    )
    assert str(case) in stored
    for secret in secrets:
        assert secret not in stored
        assert secret not in caplog.text
    assert not EMAIL.search(stored)
    assert Entry.objects.exists()
