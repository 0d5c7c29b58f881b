"""One forked run, from both sides: what the parent knows of it, and the whole of its life."""

from __future__ import annotations

from typing import Any, Callable, Dict

Work = Callable[[Dict[str, Any], Callable[[Dict[str, Any]], None]], None]


class Child:
    """A forked run: its process, what it has said so far, and the word that proves it was the child who said it."""

    def __init__(self, number: int, process: int, descriptor: int, nonce: str) -> None:
        self.number, self.process, self.descriptor, self.nonce = number, process, descriptor, nonce
        self.buffer = bytearray()
        self.finished = False
