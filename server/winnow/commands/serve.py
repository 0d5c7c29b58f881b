"""``winnow serve``: the language server, started by an editor."""

from __future__ import annotations

import gc
import logging
import sys
from typing import TYPE_CHECKING

from winnow.commands.command import Command
from winnow.editor import Greeting, greet

if TYPE_CHECKING:
    import argparse


SWITCH_SECONDS = 0.0005
"""How long a thread may keep the event loop waiting for the interpreter; Python by itself allows ten times that."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to listen, and how much to say."""
    parser.add_argument(
        "--tcp",
        type=int,
        metavar="PORT",
        help="listen on a port of the loopback interface instead of standard input (0: any free one)",
    )
    parser.add_argument(
        "--log-level",
        default="warning",
        choices=["debug", "info", "warning", "error"],
        help="what goes to standard error (default: warning)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until the editor says goodbye or is gone."""
    greeting = Greeting() if arguments.tcp is not None else greet()
    gc.disable()
    from winnow.editor.server import serve_stdio, serve_tcp  # noqa: PLC0415 - half a second, which no hello waits for
    from winnow.opening import open_session  # noqa: PLC0415 - the same

    gc.freeze()  # what was imported is never garbage: looking for some in it would hold a key up for 40 ms
    gc.enable()
    sys.setswitchinterval(SWITCH_SECONDS)
    logging.basicConfig(
        level=arguments.log_level.upper(),
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("pygls").setLevel(max(logging.WARNING, logging.getLogger().level))
    if arguments.tcp is not None:
        try:
            return serve_tcp(open_session, arguments.tcp, lambda line: print(line, file=sys.stderr, flush=True))
        except (OSError, OverflowError) as error:
            print(
                f"Port {arguments.tcp} cannot be used ({error}): choose another, or 0 for a free one.", file=sys.stderr
            )
            return 2
    return serve_stdio(open_session, greeting)


COMMANDS = (
    Command(
        name=("serve",),
        summary="Serve an editor over standard input and output",
        add_arguments=add_arguments,
        run=run,
    ),
)
