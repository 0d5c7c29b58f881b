"""Where a test is that does not end, and what it has reached by then.

Asked by a signal, as a process that computes on and on reads no messages.
"""

from __future__ import annotations

import os
import signal
from typing import Any, Callable, Dict

WHERE = signal.SIGVTALRM
"""The question. Nobody else has a use for this signal, and every system has it."""


class Whereabouts:
    """Knows where the test of this process stands; ``stands`` makes the answer of a frame."""

    def __init__(self, stands: Callable[[Any], Dict[str, Any]]) -> None:
        self._stands = stands
        self._fork = 0

    def tell(self, emit: Callable[[Dict[str, Any]], None]) -> None:
        """Answer from now on whenever it is asked.

        Whoever asks waits no longer for the test's end: an answer within another message spoils nothing any more.
        """

        def asked(_signal: int, frame: Any) -> None:
            if self._fork:
                os.kill(self._fork, WHERE)
            else:
                emit(self._stands(frame))

        signal.signal(WHERE, asked)

    def elsewhere(self, process: int) -> int:
        """Wait for the fork in which the test runs, and pass the question on to it; how it ended."""
        self._fork = process
        _, status = os.waitpid(process, 0)
        self._fork = 0
        return status
