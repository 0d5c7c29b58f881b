"""What a story may say to the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractAsyncContextManager

    from winnow.facts import Decision
    from winnow.findings import TestKey


class Client(Protocol):
    """The editor, as far as a story knows it. Every method returns at once."""

    def tested(self, keys: Collection[TestKey]) -> None:
        """Draw what these tests say now, or that they are gone: diagnostics at the failures, marks at the tests."""

    def decided(self, decision: Decision) -> None:
        """Draw what was decided about a suggestion, and why."""

    def fixed(self, key: TestKey) -> None:
        """Draw that a proven fix for a failing test is at hand."""

    def say(self, message: str) -> None:
        """Tell the person something that they should act on."""

    def log(self, message: str) -> None:
        """Note something that they may want to look up."""

    def progress(self, title: str) -> AbstractAsyncContextManager[Callable[[str, int | None], None]]:
        """Show that something takes a while; what is yielded reports a message and a percentage.

        The person may stop it, which cancels the task inside.
        """
