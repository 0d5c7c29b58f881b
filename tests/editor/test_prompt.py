"""What a model is asked at the cursor of a real project, as ``winnow why --prompt`` shows it afterwards."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from tests.rooms.llm.conftest import FakeEndpoint, stream

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.lsp.editor import Editor
    from tests.rooms.llm.conftest import Request


async def _answer(asked: Request, writer: asyncio.StreamWriter) -> None:
    await stream(writer, asked, [" + 0"])


async def _asked_until(editor: Editor, path: Path, fake: FakeEndpoint, told: str) -> None:
    """Ask again until the prompt tells something: it is found out in the background."""
    async with asyncio.timeout(60):
        while told not in str(fake.requests[-1:]):
            await editor.ghost_text(path, len(editor.texts[path].rstrip()), asked=True)
            await asyncio.sleep(0.1)


async def test_it_tells_the_failure_the_values_and_what_others_complain_of(
    serve: Starter, project: Path, tmp_path: Path
) -> None:
    fake = FakeEndpoint(answer=_answer)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    path = project / "prices.py"
    endpoint = {"provider": "openai", "openai.baseUrl": url, "openai.model": "m", "openai.promptStyle": "chat"}
    async with serve(trusted=True, **endpoint, **{"repair.background": False}) as editor:
        editor.open(path)
        await editor.until(lambda: editor.tests, "The first run of the tests")
        await _asked_until(editor, path, fake, "test_double says what double should do")
        editor.replace(path, "price * 2", "price * 3")
        await _asked_until(editor, path, fake, "test_double fails here")
        await _asked_until(editor, path, fake, "values at this line when test_double last ran")
        line = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 4}}
        await editor.quick_fixes(path, {"range": line, "source": "ruff", "message": "a magic 3"})
        await _asked_until(editor, path, fake, "a magic 3")
        await editor.stop()
    server.close()
    why = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "winnow", "why", "--last", "1", "--prompt",
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "WINNOW_STATE": str(tmp_path / "state")},
    )  # fmt: skip
    shown = (await why.communicate())[0].decode()
    for told in ("asked: openai, m", "test_double fails here", "assert double(3) == 6", "price = 3", "^ a magic 3"):
        assert told in shown


async def test_it_tells_nothing_of_a_file_that_is_ignored(serve: Starter, project: Path) -> None:
    fake = FakeEndpoint(answer=_answer)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    path, private = project / "prices.py", project / "private_prices.py"
    private.write_text("def double(price):\n    rebate = price.rebate\n    return price * 2\n")
    (project / ".winnowignore").write_text("private_*.py\n")
    endpoint = {"provider": "openai", "openai.baseUrl": url, "openai.model": "m", "openai.promptStyle": "chat"}
    async with serve(trusted=False, **endpoint) as editor:
        editor.open(path)
        editor.open(private)
        editor.replace(private, "rebate = ", "discount = ")
        await editor.ghost_text(path, len(editor.texts[path].rstrip()), asked=True)
        assert fake.requests
        assert "discount" not in str(fake.requests)
        count = len(fake.requests)
        await editor.ghost_text(private, len(editor.texts[private].rstrip()), asked=True)
        assert len(fake.requests) == count
        (project / ".winnowignore").write_text("")
        editor.notify(
            "workspace/didChangeWatchedFiles", {"changes": [{"uri": (project / ".winnowignore").as_uri(), "type": 2}]}
        )
        await _asked_until(editor, path, fake, "discount")
        await editor.stop()
    server.close()
