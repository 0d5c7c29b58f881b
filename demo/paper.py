"""How the demo prints: colours where the terminal has them."""

from __future__ import annotations

import os
from typing import TextIO

BOLD, DIM, GREEN, RED, BLUE = "1", "2", "32", "31", "36"
LINES_ABOVE = 4
LINES_BELOW = 2


class Paper:
    """What the demo writes on."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        forced = bool(os.environ.get("FORCE_COLOR"))
        self._coloured = (out.isatty() or forced) and not os.environ.get("NO_COLOR")

    def _ink(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._coloured else text

    def say(self, text: str) -> None:
        """A plain line."""
        print(text, file=self._out, flush=True)

    def title(self, text: str) -> None:
        """The first line."""
        self.say(self._ink(BOLD, text))

    def scene(self, number: int, text: str) -> None:
        """What is about to happen."""
        self.say("\n" + self._ink(BOLD, f"{number}. {text}"))

    def ghost(self, text: str, offset: int, ghost: str) -> None:
        """The lines around the cursor with the ghost text, as an editor draws them."""
        before, after = text[:offset], text[offset:]
        head = before.split("\n")[-LINES_ABOVE:]
        tail = after.split("\n")[: LINES_BELOW + 1]
        first = len(before.split("\n")) - len(head) + 1
        drawn = "\n".join(head) + "\0" + "\n".join(tail)
        for number, line in enumerate(drawn.split("\n"), start=first):
            typed, cursor, rest = line.partition("\0")
            mark = self._ink(DIM, ghost or "▏") if cursor else ""
            self.say(self._ink(DIM, f"  {number:3} │ ") + typed + mark + rest)

    def verdict(self, *, shown: bool, text: str) -> None:
        """What was decided, and why."""
        self.say("  " + self._ink(GREEN if shown else RED, ("✓ " if shown else "✗ ") + text))

    def quote(self, text: str) -> None:
        """What `winnow why` says."""
        for line in text.splitlines():
            self.say(self._ink(BLUE, "  │ ") + line)

    def fail(self, text: str) -> None:
        """The demo could not go on."""
        self.say(self._ink(RED, f"✗ {text}"))
