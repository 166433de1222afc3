"""python -m plannr_api.sandbox: the stand-in Plannr as a process of its own."""

import signal
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from threading import Event

from . import BadPort, BadState, Sandbox, dialects


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        sandbox = _open(options)
    except (BadPort, BadState) as error:
        print(error, file=sys.stderr)
        return 2
    done = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    with sandbox:
        print(f"Plannr sandbox on {sandbox.url}", flush=True)
        done.wait()
    return 0


def _open(options: Namespace) -> Sandbox:
    spoken = dict(options.dialect)
    return Sandbox(options.cases, options.seed, options.port, options.state, options.switchboard, **spoken)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m plannr_api.sandbox", description="A stand-in Plannr on the loopback.")
    parser.add_argument("--port", type=int, default=8001, help="0 picks a free one (default: 8001)")
    parser.add_argument("--cases", type=int, default=300, help="how many cases the firm has (default: 300)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same firm (default: 7)")
    parser.add_argument("--state", metavar="FILE", help="keep the state here, across restarts")
    parser.add_argument("--dialect", type=_dialect, action="append", default=[], metavar="NAME=VALUE", help=_known())
    parser.add_argument("--switchboard", action="store_true", help="serve /switchboard/ and keep a ledger")
    return parser


def _known() -> str:
    choices = [f"{name}={'|'.join(values)}" for name, values in dialects.DIALECTS.items()]
    return "repeatable: " + ", ".join([*choices, "rate_limit=NUMBER"])


def _dialect(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    try:
        dialects.read({name: value})
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    return name, value


if __name__ == "__main__":
    sys.exit(main())
