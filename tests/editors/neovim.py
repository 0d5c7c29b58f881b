"""A real Neovim with its screen: started embedded, typed into, looked at."""

from __future__ import annotations

import itertools
import os
import subprocess
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Self

import msgpack  # type: ignore[import-untyped]
from tests.editors.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

WIDTH, HEIGHT = 110, 30
REQUEST, RESPONSE, NOTIFICATION = 0, 1, 2
PATIENCE = 60.0
"""Seconds until what a test waits for counts as never coming; no test depends on how soon it does come."""


class Neovim:
    """One Neovim process, spoken to by MessagePack-RPC over its pipes (``:h rpc``).

    A thread of its own reads, so the screen is current while a request waits, and also while Neovim itself waits
    for a key.
    """

    def __init__(
        self,
        program: Path,
        arguments: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        width: int = WIDTH,
    ) -> None:
        self._screen = Screen(width, HEIGHT)
        self._answers: dict[int, Future[Any]] = {}
        self._numbers = itertools.count()
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            [program, "--embed", *arguments],
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._reading = threading.Thread(target=self._read, name="neovim", daemon=True)
        self._reading.start()
        self._request("nvim_ui_attach", width, HEIGHT, {"rgb": True, "ext_linegrid": True})

    def __enter__(self) -> Self:
        """Begin to use it; leaving ends it."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and what it started."""
        self.close()

    @property
    def screen(self) -> str:
        """What stands on the screen now."""
        with self._news:
            return str(self._screen)

    @property
    def text(self) -> str:
        """The current buffer, which ghost text is no part of."""
        return str(self.lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')"))

    def type(self, keys: str) -> None:
        """Press keys, special ones in Vim's notation: ``type("ix<Esc>")``."""
        self._request("nvim_input", keys)

    def command(self, line: str) -> None:
        """Run one line of the command line, as if it had been typed after a colon."""
        self.lua("vim.cmd(...)", line)

    def lua(self, code: str, *arguments: Any) -> Any:
        """What a piece of Lua returns inside Neovim."""
        return self._request("nvim_exec_lua", code, list(arguments))

    def wait_for(self, true: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
        """What ``true`` returns once that is true; it is asked again whenever the screen changes, and now and then."""
        until = time.monotonic() + seconds
        while not (answer := true()):
            if time.monotonic() > until:
                raise AssertionError(f"{what}: not within {seconds:g} s. The screen:\n{self.screen}")
            with self._news:
                self._news.wait(0.05)
        return answer

    def see(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until a text stands on the screen."""
        self.wait_for(lambda: text in self.screen, f"{text!r} on the screen", seconds)

    def close(self) -> None:
        """End the language servers, then Neovim."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self._process.poll() is None:
            self._process.stdin.write(msgpack.packb([NOTIFICATION, "nvim_command", ["qall!"]]))
            self._process.stdin.flush()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reading.join()
        self._process.stdin.close()
        self._process.stdout.close()

    def _request(self, method: str, *arguments: Any) -> Any:
        assert self._process.stdin is not None
        number = next(self._numbers)
        answer = self._answers[number] = Future()
        self._process.stdin.write(msgpack.packb([REQUEST, number, method, arguments]))
        self._process.stdin.flush()
        try:
            return answer.result(PATIENCE)
        except TimeoutError:
            raise AssertionError(f"Neovim waits for a key. The screen:\n{self.screen}") from None

    def _read(self) -> None:
        assert self._process.stdout is not None
        unpacker = msgpack.Unpacker(strict_map_key=False)
        while piece := os.read(self._process.stdout.fileno(), 1 << 16):
            unpacker.feed(piece)
            for message in unpacker:
                self._receive(message)
        for waiting in self._answers.values():
            waiting.set_exception(ConnectionError("Neovim has ended"))

    def _receive(self, message: list[Any]) -> None:
        if message[0] == RESPONSE:
            _, number, failure, result = message
            answer = self._answers.pop(number)
            if failure is None:
                answer.set_result(result)
            else:
                answer.set_exception(RuntimeError(failure[1]))
        elif message[0] == NOTIFICATION and message[1] == "redraw":
            with self._news:
                self._screen.redraw(message[2])
                self._news.notify_all()
