"""Where ``winnow`` begins. An editor that waits is greeted before anything is imported that takes long."""

from __future__ import annotations

import sys

from winnow.editor import greet

TYPE_CHECKING = False  # importing it from ``typing`` would take longer than the greeting
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is its own, 2 for words that make no sense, 130 for an interruption."""
    words = sys.argv[1:] if arguments is None else arguments
    if list(words) == ["serve"]:
        greet()
    from winnow.commands.command_line import run  # noqa: PLC0415 - after the greeting, as it takes 100 ms

    return run(words)


if __name__ == "__main__":
    sys.exit(main())
