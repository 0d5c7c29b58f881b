"""Messages to an agent arrive whole and in their order, whatever becomes of those who sent them."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from winnow.proof.agent import wire
from winnow.proof.connection import GONE, Connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LONG = "x" * 4_000_000
"""More than a socket takes at once."""
A_MOMENT = 0.05


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[Connection, socket.socket]]:
    ours, theirs = socket.socketpair()
    connection = Connection(ours)
    with theirs:
        theirs.settimeout(0.0)
        async with asyncio.timeout(30):
            yield connection, theirs
        await connection.close()


async def heard(theirs: socket.socket, number: int) -> list[str]:
    """What the first messages ask for."""
    buffer, words = bytearray(), list[str]()
    while len(words) < number:
        buffer += await asyncio.get_running_loop().sock_recv(theirs, 1 << 20)
        words += [frame.message()["do"] for frame in wire.unpack(buffer)]
    return words


async def test_a_message_whose_sender_gave_up_half_way_does_not_swallow_the_next() -> None:
    async with connected() as (connection, theirs):
        with pytest.raises(TimeoutError):
            await connection.ask({"do": "heat", "texts": LONG}, A_MOMENT)
        telling = asyncio.create_task(connection.tell({"do": "preload"}))
        assert await heard(theirs, 2) == ["heat", "preload"]
        await telling


async def test_a_run_is_left_at_once_and_stopped_when_the_agent_has_heard_of_it() -> None:
    async with connected() as (connection, theirs):
        with pytest.raises(TimeoutError):
            await connection.ask({"do": "run", "texts": LONG}, A_MOMENT)
        assert await heard(theirs, 2) == ["run", "stop"]


async def test_a_message_that_was_not_begun_is_not_sent_any_more() -> None:
    async with connected() as (connection, theirs):
        first, second = (asyncio.create_task(connection.tell({"do": do, "texts": LONG})) for do in ("heat", "hello"))
        await asyncio.sleep(A_MOMENT)
        second.cancel()
        await asyncio.wait([second])
        third = asyncio.create_task(connection.tell({"do": "preload"}))
        assert await heard(theirs, 2) == ["heat", "preload"]
        await asyncio.gather(first, third)


async def test_a_descriptor_waits_until_the_agent_has_read_what_came_before() -> None:
    async with connected() as (connection, theirs):
        with pytest.raises(TimeoutError):
            await connection.ask({"do": "hello", "texts": LONG}, A_MOMENT)
        ears, mouth = os.pipe()
        telling = asyncio.create_task(connection.tell({"do": "heat"}, ears))
        assert await heard(theirs, 2) == ["hello", "heat"]
        await telling
        assert connection.alive
        os.close(ears)
        os.close(mouth)


async def test_who_asks_an_agent_that_is_gone_hears_so_also_behind_a_message_it_never_read() -> None:
    async with connected() as (connection, theirs):
        asking = [asyncio.create_task(connection.ask({"do": "run", "texts": LONG}, 20)) for _ in range(2)]
        await asyncio.sleep(A_MOMENT)
        theirs.close()
        assert await asyncio.gather(*asking) == [GONE, GONE]
        assert await connection.ask({"do": "imports"}, 20) == GONE
