"""python -m plannr_api.sandbox: the stand-in Plannr as a process of its own."""

import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from threading import Event

from . import BadPort, BadState, NobodyThere, Sandbox
from .state import dialects


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        sandbox = _open(options)
    except (BadPort, BadState) as error:
        print(error, file=sys.stderr)
        return 2
    except NobodyThere as error:
        print(f"There is nobody called {error.args[0]!r} in this sandbox.", file=sys.stderr)
        return 2
    done = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    with sandbox:
        print(f"Plannr sandbox on {sandbox.url}", flush=True)
        done.wait()
    return 0


def _open(options: Namespace) -> Sandbox:
    people = {"staff": options.staff, "oauth_clients": options.oauth_client, "signed_in": options.signed_in}
    named = people | dict(options.dialect)
    return Sandbox(options.cases, options.seed, options.port, options.state, options.switchboard, **named)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m plannr_api.sandbox", description="A stand-in Plannr on the loopback.")
    parser.add_argument("--port", type=int, default=8001, help="0 picks a free one (default: 8001)")
    parser.add_argument("--cases", type=int, default=300, help="how many cases the firm has (default: 300)")
    parser.add_argument("--staff", type=int, default=0, help="how many people it has at least (default: 14)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same firm (default: 7)")
    parser.add_argument("--state", metavar="FILE", help="keep the state here, across restarts")
    parser.add_argument("--dialect", type=_dialect, action="append", default=[], metavar="NAME=VALUE", help=_known())
    parser.add_argument("--signed-in", metavar="PERSON", help="whom a browser is taken for, such as bob")
    names = "ID,SECRET,REDIRECT_URI"
    parser.add_argument("--oauth-client", type=_client, action="append", default=[], metavar=names, help="repeatable")
    parser.add_argument("--switchboard", action="store_true", help="serve /switchboard/ and keep a ledger")
    return parser


def _known() -> str:
    choices = [f"{name}={'|'.join(values)}" for name, values in dialects.DIALECTS.items()]
    return "repeatable: " + ", ".join([*choices, *(f"{name}=NUMBER" for name in dialects.NUMBERS)])


def _client(text: str) -> dict[str, str]:
    parts = text.split(",", 2)
    if len(parts) != 3 or not all(parts):
        raise ArgumentTypeError("an OAuth client is said as ID,SECRET,REDIRECT_URI")
    return dict(zip(("client_id", "client_secret", "redirect_uri"), parts, strict=True))


def _dialect(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    try:
        dialects.read({name: value})
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    return name, value


if __name__ == "__main__":
    sys.exit(main())
