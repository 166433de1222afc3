"""The sandbox as a process of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from plannr_api.sandbox import Sandbox
from plannr_api.sandbox.__main__ import main

Start = Callable[..., tuple["subprocess.Popen[str]", int]]


@pytest.fixture
def start(stack: ExitStack) -> Iterator[Start]:
    """start("--cases", "5"): a process and its port; none is left behind."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple["subprocess.Popen[str]", int]:
        command = [sys.executable, "-m", "plannr_api.sandbox", "--port", "0", "--cases", "20", *options]
        process = stack.enter_context(subprocess.Popen(command, stdout=-1, stderr=-1, text=True))
        running.append(process)
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Plannr sandbox on http://127.0.0.1:")
        return process, int(line.rpartition(":")[2])

    yield start
    for process in running:
        process.kill()


def ask(port: int, method: str, path: str, body: Any = None, account: str = "") -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {"Authorization": "Bearer sandbox-token", "Content-Type": "application/json"}
    connection.request(method, path, json.dumps(body), headers | {"X-PLANNR-ACCOUNT-UUID": account})
    with connection.getresponse() as response:
        answer = json.loads(response.read())
    connection.close()
    return answer


def own_account(port: int) -> str:
    logins = ask(port, "GET", "/api/v1/logins")["data"]
    return next(str(login["account"]["uuid"]) for login in logins if login["account"]["type"] == "employee")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_and_ends_when_told(start: Start, number: int) -> None:
    process, port = start("--switchboard", "--dialect", "positions=store", "--dialect", "plans=detach")
    assert len(ask(port, "GET", "/switchboard/state")["cases"]) == 20
    begun = time.monotonic()
    process.send_signal(number)
    said, complained = process.communicate(timeout=5)
    assert (process.returncode, said, complained) == (0, "", "")
    assert time.monotonic() - begun < 3  # a tenth of a second when the machine has nothing else to do


def test_a_killed_process_loses_nothing(start: Start, tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    process, port = start("--state", state)
    account = own_account(port)
    uuid = ask(port, "GET", "/api/v1/cases", account=account)["data"][0]["uuid"]
    put = ask(port, "PUT", f"/api/v1/cases/{uuid}", {"name": "Kept", "status_position": 1}, account)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    _, port = start("--state", state)
    assert ask(port, "GET", f"/api/v1/cases/{uuid}", account=account) == put


def test_people_and_apps_are_said_when_it_starts(start: Start) -> None:
    app = "board,secret,http://127.0.0.1:9/back?a=1,2"
    _, port = start("--switchboard", "--staff", "16", "--signed-in", "bob", "--oauth-client", app)
    assert ask(port, "GET", "/api/v1/employee", account=own_account(port))["meta"]["total"] == 16
    asked = {"response_type": "code", "client_id": "board", "redirect_uri": "http://127.0.0.1:9/back?a=1,2"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", f"/oauth/authorize?{urlencode(asked)}")
    with connection.getresponse() as response:
        assert response.status == 302
        assert str(response.headers["Location"]).startswith("http://127.0.0.1:9/back?a=1%2C2&code=")
    connection.close()


def test_somebody_unknown_cannot_be_signed_in(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "0", "--signed-in", "nobody"]) == 2
    assert capsys.readouterr().err == "There is nobody called 'nobody' in this sandbox.\n"


@pytest.mark.parametrize("app", ["board", "board,secret", "board,,http://127.0.0.1:9/"])
def test_an_app_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], app: str) -> None:
    with pytest.raises(SystemExit):
        main(["--oauth-client", app])
    assert "ID,SECRET,REDIRECT_URI" in capsys.readouterr().err


def test_a_busy_port_is_said_in_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sandbox: Sandbox
) -> None:
    state = tmp_path / "state.json"
    assert main(["--port", str(sandbox.port), "--state", str(state)]) == 2
    said = capsys.readouterr()
    assert said.err == f"Port {sandbox.port} on 127.0.0.1 cannot be used: Address already in use.\n"
    assert said.out == ""
    assert not state.exists()


def test_a_port_that_is_none_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "70000"]) == 2
    assert capsys.readouterr().err.startswith("Port 70000 on 127.0.0.1 cannot be used: ")


def test_a_state_that_cannot_be_kept_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--port", "0", "--state", str(tmp_path / "nowhere" / "state.json")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_a_broken_state_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("{")
    assert main(["--port", "0", "--state", str(state)]) == 2
    assert capsys.readouterr().err.startswith(f"The state in {state} cannot be read")


@pytest.mark.parametrize("dialect", ["positions=sideways", "weather=fine", "rate_limit=none"])
def test_an_unknown_dialect_is_refused(capsys: pytest.CaptureFixture[str], dialect: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--dialect", dialect])
    assert ended.value.code == 2
    assert dialect.partition("=")[0] in capsys.readouterr().err


def test_it_listens_on_the_loopback_only(sandbox: Sandbox) -> None:
    assert sandbox.url == f"http://127.0.0.1:{sandbox.port}"
    with pytest.raises(OSError):  # noqa: PT011
        socket.create_connection(("127.0.0.2", sandbox.port), timeout=0.5)
