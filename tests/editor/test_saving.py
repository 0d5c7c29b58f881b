"""What is saved while it stays open is what later lines are completed from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.editor.test_together import BEGUN, SHAPES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.lsp.editor import Editor

WANTED = 'metryError("no shape to measure")'
ATTEMPTS = 200


async def comes(editor: Editor, path: Path, wanted: str) -> bool:
    """Whether a text is the answer at the end of a file, sooner or later."""
    for _ in range(ATTEMPTS):
        items = await editor.ghost_text(path, len(editor.texts[path]), asked=True)
        if [each["insertText"] for each in items] == [wanted]:
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.parametrize("new", [False, True], ids=["a file of the project", "a new file"])
async def test_the_embedded_engine_learns_what_is_saved_in_an_open_file(
    serve: Starter, project: Path, *, new: bool
) -> None:
    shapes, ratios, taxes = project / "shapes.py", project / "ratios.py", project / "taxes.py"
    known = {"shape": "tax", "Geometry": "Revenue", "Geo": "Rev"}
    in_taxes, begun_in_taxes = SHAPES, BEGUN
    for old, now in known.items():
        in_taxes, begun_in_taxes = in_taxes.replace(old, now), begun_in_taxes.replace(old, now)
    taxes.write_text(in_taxes)
    ratios.write_text(begun_in_taxes)
    if not new:
        shapes.write_text("# Shapes\n")
    async with serve(provider="embedded") as editor:
        editor.open(ratios)
        assert await comes(editor, ratios, 'enueError("no tax to measure")')  # the project has been read
        editor.edit(ratios, 0, len(editor.texts[ratios]), BEGUN)
        shapes.touch()
        editor.open(shapes)
        editor.edit(shapes, 0, len(editor.texts[shapes]), SHAPES)
        editor.save(shapes)
        assert await comes(editor, ratios, WANTED)
