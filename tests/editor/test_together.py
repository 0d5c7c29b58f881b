"""What the project writes again and again is shown before the model has answered, which is let go."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.rooms.llm.conftest import FakeEndpoint

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.rooms.llm.conftest import Request

CHECK = '    if shape is None:\n        raise GeometryError("no shape to measure")\n'
SHAPES = "class GeometryError(Exception):\n    pass\n" + "".join(
    f"\n\ndef {name}(shape):\n{CHECK}    return {value}\n"
    for name, value in (("area", "shape.width"), ("perimeter", "shape.depth"), ("diagonal", "shape.height"))
)
BEGUN = "\n\ndef ratio(shape):\n    if shape is None:\n        raise Geo"


async def _late(_: Request, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(300)


async def test_the_embedded_engine_answers_while_the_model_thinks(serve: Starter, project: Path) -> None:
    fake = FakeEndpoint(answer=_late)
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    path = project / "shapes.py"
    path.write_text(SHAPES + BEGUN, encoding="utf-8")
    endpoint = {"provider": "openai", "openai.baseUrl": url, "openai.model": "m", "openai.promptStyle": "chat"}
    async with serve(trusted=True, **endpoint, eagerness="eager") as editor:
        editor.open(path)
        ghosts = await editor.ghost_text(path, len(SHAPES + BEGUN), asked=False)
        assert ghosts[0]["insertText"] == 'metryError("no shape to measure")'
        await editor.stop()
    server.close()
