"""What a forked child writes to a pipe, as far as it comes in time."""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20


def read_until(inlet: int, deadline: float) -> Iterator[bytes]:
    """Pieces until the other end is closed, or until a second of the monotonic clock."""
    while select.select([inlet], [], [], max(deadline - time.monotonic(), 0))[0]:
        piece = os.read(inlet, _PIECE)
        if not piece:
            return
        yield piece
