"""Plannr can call when a case has changed: never believed, only a reason to look; forged or repeated, for nothing."""

import hashlib
import hmac
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from kanban.models import Delivery, Subscription
from kanban.sync import webhooks
from plannr_api.sandbox import Sandbox
from tests.support.people import Person
from tests.support.processes import KEY, Running, finished, serving
from tests.support.stores import Store
from tests.support.team import Team


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would be asked of Plannr, noted instead of done behind the test's back."""
    asked: list[Any] = []
    monkeypatch.setattr(webhooks, "_look_soon", lambda firm, case: asked.append(case))
    return asked


def call(body: bytes, secret: str, path: str = "", **headers: str) -> int:
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    path = path or Subscription.objects.get().path
    said = {"X-Signature": signature} | headers
    return Client().post(f"/webhooks/{path}/", body, content_type="application/json", headers=said).status_code


@pytest.fixture
def secret(priya: Person) -> str:
    call_command("subscribe_webhooks")
    return webhooks.secret_of(Subscription.objects.get())


def test_a_signed_call_is_taken_and_answered_at_once(priya: Person, secret: str, looked: list[Any]) -> None:
    case = priya.standing("Research")[0]
    body = b'{"event":"case.updated","data":{"uuid":"%s","name":"Never believed"}}' % case.encode()
    assert call(body, secret) == 202
    assert [str(each) for each in looked] == [case]
    assert "Never believed" not in priya.open()


@pytest.mark.parametrize("signature", ["", "0" * 64, "x", "é"])
def test_a_forged_call_is_refused_before_it_is_read(secret: str, looked: list[Any], signature: str) -> None:
    assert call(b"{" * 100, secret, **{"X-Signature": signature}) == 401
    assert call(b"{}", "another secret") == 401
    assert looked == []
    assert not Delivery.objects.exists()


def test_one_altered_byte_is_a_forgery(priya: Person, secret: str, looked: list[Any]) -> None:
    body = b'{"data":{"uuid":"%s"}}' % priya.standing("Research")[0].encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert call(body.replace(b"data", b"Data"), secret, **{"X-Signature": signature}) == 401
    assert looked == []


def test_a_thousand_replays_are_heard_once(priya: Person, secret: str, looked: list[Any]) -> None:
    body = b'{"data":{"uuid":"%s"}}' % priya.standing("Research")[0].encode()
    assert [call(body, secret) for _ in range(300)] == [202] + [200] * 299
    assert len(looked) == 1


def test_an_address_that_nobody_was_told_is_none(secret: str, looked: list[Any]) -> None:
    assert call(b"{}", secret, path="x" * 43) == 404
    assert Client().get(f"/webhooks/{Subscription.objects.get().path}/").status_code == 405


def test_subscribing_anew_changes_address_and_secret(priya: Person, secret: str) -> None:
    before = Subscription.objects.get().path
    call_command("subscribe_webhooks")
    after = Subscription.objects.get()
    assert after.path != before
    assert webhooks.secret_of(after) != secret
    assert secret not in after.sealed
    call_command("subscribe_webhooks", remove=True)
    assert not Subscription.objects.exists()


def test_somebodys_sign_in_is_named_where_there_are_several(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    team.sign_in("alice")
    team.sign_in("bob")
    with pytest.raises(SystemExit):
        call_command("subscribe_webhooks")
    assert "Alice Archer" in capsys.readouterr().err
    call_command("subscribe_webhooks", name="alice archer")
    assert Subscription.objects.count() == 1


def test_a_change_in_plannr_is_on_the_board_at_once_though_the_mirror_is_fresh(tmp_path: Path) -> None:
    with Sandbox(cases=40, seed=7) as plannr, serving(**(told := settings(tmp_path, plannr))) as running:
        page = until_it_shows(running, "/", 'class="card"')
        number = re.findall(r'data-change="(\d+)"', page)[0]
        told["PUBLIC_URL"] = f"http://127.0.0.1:{running.port}"
        subscribed = finished("subscribe_webhooks", **told)
        assert subscribed.returncode == 0, subscribed.stderr
        research = next(status["uuid"] for status in plannr.state()["statuses"] if status["name"] == "Research")
        case = next(each["uuid"] for each in plannr.state()["cases"] if each["status"] == research)
        until_it_shows(running, f"/changes/?since={number}", "as of")
        plannr.outside.edit(case, name="Edited a moment ago")
        until_it_shows(running, f"/changes/?since={number}", "Edited a moment ago", seconds=3)
        before = len(plannr.ledger)
        plannr.storm(300)
        time.sleep(2.5)
        assert len(plannr.ledger) - before <= 6


def settings(folder: Path, plannr: Sandbox) -> dict[str, object]:
    return {
        "SECRET_KEY": KEY,
        "HTTPS": "off",
        "DATABASE_URL": Store(folder).url,
        "PLANNR_BASE_URL": plannr.url,
        "PLANNR_ACCESS_TOKEN": plannr.token,
        "REFRESH_SECONDS": 3600,
    }


def until_it_shows(running: Running, path: str, words: str, seconds: float = 60) -> str:
    until = time.monotonic() + seconds
    while words not in (text := running.ask("GET", path, HX_Request="true" if "changes" in path else "").text):
        assert time.monotonic() < until, text
        time.sleep(0.05)
    return str(text)
