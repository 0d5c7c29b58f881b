"""The end of a process that serves this room: it goes when its standard input is closed, or is killed."""

from __future__ import annotations

import asyncio

GRACE_SECONDS = 2.0
"""How long a process may take to end by itself."""


async def ended(child: asyncio.subprocess.Process) -> None:
    """Close what a process reads, and wait until it has ended."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        await asyncio.wait_for(child.wait(), GRACE_SECONDS)
    except TimeoutError:
        child.kill()
        await child.wait()
