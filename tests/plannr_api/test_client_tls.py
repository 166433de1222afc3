"""TLS: nothing is said to a peer that cannot prove who it is, and the deadline holds inside TLS too."""

import contextlib
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from plannr_api import BearerToken, Plannr, Timeouts, Unreachable
from tests.plannr_api.scripted_peer import CASE, STATUS, Stopwatch, a_case, packed

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl command for a certificate")
HASTY = Timeouts(connect=2, read=9, deadline_read=0.4, deadline_write=0.4)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody has signed but itself, with its key in the same file."""
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(folder / "key"), "-out", str(folder / "crt")]
    subprocess.run([*command.split(), *names], check=True, capture_output=True)
    made.write_text((folder / "key").read_text() + (folder / "crt").read_text())
    return made


class TLSPeer:
    """Answers over TLS: the first bytes at once, then the rest one by one. Counts what it could read."""

    def __init__(self, certificate: Path, at_once: bytes, slowly: bytes) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.heard = b""
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://localhost:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, args=(context, at_once, slowly), daemon=True)
        self._thread.start()

    def _serve(self, context: ssl.SSLContext, at_once: bytes, slowly: bytes) -> None:
        try:
            with self._listener.accept()[0] as bare, context.wrap_socket(bare, server_side=True) as wire:
                self.heard = wire.recv(9000)
                wire.sendall(at_once)
                for byte in slowly:
                    if self.over.wait(0.03):
                        return
                    wire.sendall(bytes([byte]))
        except OSError:
            return

    def stop(self) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(2)


@pytest.fixture
def slow(certificate: Path) -> Iterator[TLSPeer]:
    peer = TLSPeer(certificate, b"", packed(a_case(), headers={"X-Long": "x" * 300}))
    yield peer
    peer.stop()


@pytest.fixture
def quick(certificate: Path) -> Iterator[TLSPeer]:
    peer = TLSPeer(certificate, packed(a_case()), b"")
    yield peer
    peer.stop()


def test_a_certificate_nobody_vouches_for_is_refused_before_the_token_leaves(quick: TLSPeer) -> None:
    with Plannr(quick.url, auth=BearerToken("t")) as plannr, pytest.raises(Unreachable) as caught:
        plannr.cases.move(CASE, STATUS, 1)
    assert (caught.value.sent, caught.value.applied) == (False, False)
    assert quick.heard == b""


def test_the_wrong_name_is_refused_too(quick: TLSPeer, certificate: Path) -> None:
    url = quick.url.replace("localhost", "127.0.0.1")
    with Plannr(url, auth=BearerToken("t"), ca_bundle=str(certificate)) as plannr, pytest.raises(Unreachable) as caught:
        plannr.cases.move(CASE, STATUS, 1)
    assert caught.value.sent is False
    assert quick.heard == b""


def test_a_private_authority_can_be_trusted(quick: TLSPeer, certificate: Path) -> None:
    with Plannr(quick.url, auth=BearerToken("t"), ca_bundle=str(certificate)) as plannr:
        assert plannr.cases.get(CASE).uuid == CASE


def test_a_drip_inside_tls_ends_in_time(slow: TLSPeer, certificate: Path) -> None:
    with (
        Plannr(slow.url, auth=BearerToken("t"), ca_bundle=str(certificate), timeouts=HASTY) as plannr,
        Stopwatch() as watch,
        pytest.raises(Unreachable) as caught,
    ):
        plannr.cases.move(CASE, STATUS, 1)
    assert (caught.value.slow, caught.value.sent, caught.value.applied) == (True, True, None)
    assert watch.seconds < 0.4 + 0.5


def test_a_bundle_that_is_not_there_is_unreachable_not_a_crash(quick: TLSPeer) -> None:
    with Plannr(quick.url, auth=BearerToken("t"), ca_bundle="/nowhere.pem") as plannr:
        with pytest.raises(Unreachable) as caught:
            plannr.cases.get(CASE)
        assert caught.value.sent is False
