"""Starting the board, as whoever runs it does: real processes, real ports, real signals."""

import os
import re
import signal
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from os.path import normpath
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, build_opener
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection as database
from django.utils import timezone

from kanban.management.commands import serve
from kanban.models import Connection
from plannr_api import BearerToken, Plannr, choose_login
from plannr_api.sandbox import Sandbox
from tests.support.processes import (
    KEY,
    Running,
    cookies,
    finished,
    free_port,
    manage,
    serving,
    static_files,
    until_it_says,
)

MOMENTS = 8  # seconds: two are promised; a machine that runs other tests as well may cut off what does not end in five


@pytest.fixture(scope="module")
def boards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """boards("off") or boards("on"): a served board, with TLS in front of it or without; each is started once."""
    with ExitStack() as stack:
        plannr = stack.enter_context(Sandbox(cases=20))
        folder = tmp_path_factory.mktemp("boards")
        running: dict[str, Running] = {}

        def boards(https: str) -> Running:
            if https not in running:
                settings = configured(folder, plannr) | {"HTTPS": https, "WORKERS": 1, "THREADS": 4}
                running[https] = stack.enter_context(serving(**settings))
            return running[https]

        yield boards


def configured(folder: Path, plannr: Sandbox | None = None) -> dict[str, object]:
    where = plannr.url if plannr else "http://127.0.0.1:9"
    database = f"sqlite:///{folder / 'board.sqlite3'}"
    return {
        "SECRET_KEY": KEY,
        "PLANNR_ACCESS_TOKEN": "sandbox-token",
        "PLANNR_BASE_URL": where,
        "DATABASE_URL": database,
    }


@contextmanager
def demo(folder: Path, **settings: object) -> Iterator[tuple[Running, Plannr]]:
    """The demo over 20 cases, once it has said its address; and its Plannr, to be spoken to."""
    port, sandbox_port = free_port(), free_port()
    given = ["--cases", "20", "--port", str(port), "--sandbox-port", str(sandbox_port), "--folder", str(folder)]
    with manage(port, "demo", *given, **settings) as board:
        said = until_it_says(board, "The board is at")
        assert said == f"The board is at http://127.0.0.1:{port}, over 20 invented cases. Ctrl-C ends it.\n"
        address, auth = f"http://127.0.0.1:{sandbox_port}", BearerToken("sandbox-token")
        with Plannr(address, auth=auth) as nobody:
            login = choose_login(nobody.logins.list())
        assert login.account
        with Plannr(address, auth=auth, account=login.account.uuid) as plannr:
            yield board, plannr


def test_on_plain_http_the_board_opens_and_its_cookies_travel(boards: Any) -> None:
    answer = boards("off").ask("GET", "/")
    assert answer.status == 200
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in answer.headers


def test_every_static_file_has_a_hashed_name_and_is_there_for_ever(boards: Any) -> None:
    board = boards("off")
    files = static_files(board_page(board))
    assert {Path(file).suffix for file in files} == {".css", ".js", ".svg"}
    for file in files:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", file)
        answer = board.ask("GET", file)
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        for named in re.findall(r'url\("?([^")]+)', answer.text):
            if not named.startswith("data:"):
                assert board.ask("GET", normpath(Path(file).parent / named)).status == 200, (file, named)
        for named in re.findall(r"^\s*import\b[^;]*?[\"'](.*?)[\"'];", answer.text, re.M):
            assert re.search(r"\.[0-9a-f]{12}\.js$", named), "loaded twice, under two names"
            assert board.ask("GET", normpath(Path(file).parent / named)).status == 200, (file, named)


def board_page(board: Running) -> str:
    """The board itself, once its first read is done."""
    until = time.monotonic() + 60
    while 'http-equiv="refresh"' in (page := board.ask("GET", "/").text):
        assert time.monotonic() < until
        time.sleep(0.1)
    return str(page)


def signed_in_page(port: int) -> str:
    """The demo's board as a browser gets it, which is sent to the sandbox's sign-in and back."""
    browser = build_opener(HTTPCookieProcessor())
    until = time.monotonic() + 60
    while True:
        with browser.open(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            page = answer.read().decode()
        if 'http-equiv="refresh"' not in page:
            return page
        assert time.monotonic() < until
        time.sleep(0.1)


def test_behind_a_tls_proxy_cookies_are_secure_and_forms_are_accepted(boards: Any) -> None:
    board = boards("on")
    answer = board.ask("GET", "/", Host="localhost", X_Forwarded_Proto="https")
    assert answer.status == 200
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert "Secure" in answer.headers["Set-Cookie"]
    token = re.search(r'name="csrf-token" content="([^"]+)"', answer.text)
    assert token
    headers = {
        "Host": "localhost",
        "X_Forwarded_Proto": "https",
        "Origin": "https://localhost",
        "Cookie": cookies(answer.headers),
        "Content_Type": "application/x-www-form-urlencoded",
    }
    assert board.ask("POST", "/look/", f"csrfmiddlewaretoken={token[1]}&theme=dark", **headers).status == 303
    elsewhere = headers | {"Origin": "https://elsewhere.example"}
    assert board.ask("POST", "/look/", f"csrfmiddlewaretoken={token[1]}&theme=dark", **elsewhere).status == 403


def test_behind_a_tls_proxy_plain_http_is_sent_on_but_for_the_health_check(boards: Any) -> None:
    board = boards("on")
    answer = board.ask("GET", "/cases/", Host="localhost")
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/cases/")
    assert board.ask("GET", "/healthz").status == 200


def test_a_name_that_is_not_ours_is_not_answered(boards: Any) -> None:
    assert boards("off").ask("GET", "/", Host="elsewhere.example").status == 400


def test_whatever_host_is_set_only_this_machine_reaches_it_and_a_signal_ends_it(tmp_path: Path) -> None:
    with serving(**configured(tmp_path), HTTPS="off", HOST="0.0.0.0") as board:
        assert board.ask("GET", "/healthz").status == 200
        with pytest.raises(ConnectionRefusedError):  # every address of this machine would do, if it listened on all
            socket.create_connection(("127.0.0.2", board.port), timeout=5)
        took, left_behind, _, complained = board.end(signal.SIGTERM)
    assert complained.startswith("HOST=0.0.0.0 is passed over and the board listens on 127.0.0.1 only: ")
    assert complained.count("\n") == 1
    assert board.process.returncode == 0
    assert left_behind == []
    assert took < MOMENTS


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set."),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all"}, "The database of DATABASE_URL cannot be used: "),
    ],
)
def test_a_board_that_cannot_start_says_why_in_one_sentence(
    tmp_path: Path, lacking: dict[str, object], sentence: str
) -> None:
    ended = finished("serve", **configured(tmp_path) | {"PORT": free_port()} | lacking)
    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert ended.stderr.count("\n") == 1
    assert "sandbox-token" not in ended.stderr


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("PLANNR_ACCESS_TOKEN", "", "PLANNR_ACCESS_TOKEN is not set. "),
        ("PLANNR_ACCESS_TOKEN", "two words", "The board cannot speak to Plannr as it is set up. "),
        ("PLANNR_BASE_URL", "plannr", "The board cannot speak to Plannr as it is set up. "),
        (
            "PLANNR_ACCOUNT_UUID",
            "mine",
            "The board cannot speak to Plannr as it is set up. PLANNR_ACCOUNT_UUID is not ",
        ),
        ("PORT", 0, "0 is no port: choose one from 1 to 65535. "),
    ],
)
def test_a_setting_that_cannot_be_right_is_said_in_one_sentence(
    settings: Any, capsys: pytest.CaptureFixture[str], setting: str, value: object, sentence: str
) -> None:
    settings.PLANNR_ACCESS_TOKEN = "good"
    setattr(settings, setting, value)
    with pytest.raises(SystemExit):
        call_command("serve")
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1
    assert "two words" not in said


def test_a_busy_port_is_said_in_one_sentence(settings: Any, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port, free = taken.getsockname()[1], free_port()
        settings.PLANNR_ACCESS_TOKEN, settings.PORT = "good", port
        starts = {
            "Set PORT to another one.": ("serve", {}),
            "Choose another for the board, for example: make demo PORT=8010.": (
                "demo",
                {"port": port, "sandbox_port": free, "folder": tmp_path},
            ),
            "Choose another for the sandbox, for example: make demo SANDBOX_PORT=8011.": (
                "demo",
                {"port": free, "sandbox_port": port, "folder": tmp_path},
            ),
        }
        for advice, (command, options) in starts.items():
            with pytest.raises(SystemExit) as ended:
                call_command(command, **options)
            assert ended.value.code == 2
            assert capsys.readouterr().err == f"Port {port} on 127.0.0.1 is in use. {advice}\n"


@pytest.mark.django_db(transaction=True)
def test_a_read_that_the_last_stop_cut_off_holds_nobody_up_and_another_servers_goes_on(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve._Gunicorn, "run", lambda self: None)
    settings.PLANNR_ACCESS_TOKEN, settings.PORT = "good", free_port()
    until = timezone.now() + timedelta(minutes=2)
    Connection.objects.create(account=uuid4(), firm=uuid4(), refreshing_until=until)
    call_command("serve")
    theirs = database.vendor == "postgresql"  # which other servers may share
    assert Connection.objects.get().refreshing_until == (until if theirs else None)


def test_a_firms_own_settings_do_not_reach_the_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = tmp_path / ".env"
    theirs.write_text(
        "PLANNR_BASE_URL=http://127.0.0.1:9\nPLANNR_ACCESS_TOKEN=theirs\nDATABASE_URL=nonsense\nHTTPS=on\n"
    )
    settings = {"ENV_FILE": theirs, "PLANNR_ACCOUNT_UUID": "theirs", "PLANNR_DIALECT": "plans=send", "HTTPS": "on"}
    with demo(tmp_path, **settings) as (board, _):
        assert 'class="card"' in signed_in_page(board.port)
        with pytest.raises(SystemExit) as ended:  # a second demo of the same firm
            call_command("demo", cases=20, port=free_port(), sandbox_port=free_port(), folder=tmp_path)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("A demo with 20 cases is already running.")


def test_the_demo_keeps_its_firm_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    with demo(tmp_path) as (board, plannr):
        page = signed_in_page(board.port)
        assert "New enquiry" in page
        assert "Priya Shah" in page
        key = tmp_path / "secret-key"
        before, mode = key.read_text(), stat.S_IMODE(key.stat().st_mode)
        case = plannr.cases.update(plannr.cases.list().cases[0].uuid, name="Kept over the night")
        took, left_behind, _, complained = board.end(signal.SIGINT)
    assert (board.process.returncode, left_behind, complained) == (0, [], "")
    assert took < MOMENTS
    assert mode == 0o600
    with demo(tmp_path) as (board, plannr):
        assert plannr.cases.get(case.uuid).name == "Kept over the night"
        assert key.read_text() == before
        took, left_behind, _, complained = board.end(signal.SIGTERM)
    assert (board.process.returncode, left_behind, complained) == (0, [], "")
    assert took < MOMENTS


def test_when_the_sandbox_dies_the_demo_says_so_and_leaves_nothing_running(tmp_path: Path) -> None:
    with demo(tmp_path) as (board, _):
        family = board.family()
        sandbox = next(pid for pid in family if "plannr_api.sandbox" in Path(f"/proc/{pid}/cmdline").read_text())
        begun = time.monotonic()
        os.kill(sandbox, signal.SIGKILL)
        board.process.wait(15)
        complained = board.complaints()
    assert complained.splitlines()[-1] == "The sandbox ended by itself."  # the board may have missed it as well
    assert board.process.returncode == 1
    assert time.monotonic() - begun < MOMENTS
