"""Text that does not parse is repaired from the menu, past the precision that the person set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.lsp.editor import Editor

NO_COLON = "def double(price)\n    return price * 2\n"
FIRST_LINE = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
COMPLAINT = {"source": "pyright", "message": "Expected ':'", "severity": 1}


async def menu(editor: Editor, path: Path, text: str, line: int) -> list[dict[str, Any]]:
    """What is offered where another server complains about a line."""
    _write(path, text)
    editor.open(path)
    span = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 1}}
    return await editor.quick_fixes(path, {**COMPLAINT, "range": span})


async def test_a_missing_colon_is_put_in_its_place(serve: Starter, project: Path) -> None:
    path = project / "slip.py"
    async with serve() as editor:
        first = (await menu(editor, path, NO_COLON, 0))[0]
        assert first["title"].startswith("Fix: add the missing colon · ")
        await editor.apply(first)
        assert editor.texts[path] == "def double(price):\n    return price * 2\n"
        assert "97%, above the 90%" in (await editor.execute("winnow.why"))["text"]


async def test_one_repair_straightens_the_quotes_of_a_whole_text(serve: Starter, project: Path) -> None:
    path = project / "pasted.py"
    async with serve() as editor:
        pasted = "x = 1\nprint(\u201chi\u201d)\n\n\nprint(\u2018you\u2019)\n"
        first = (await menu(editor, path, pasted, 1))[0]
        assert first["title"].startswith("Fix: write plain quotes · ")
        await editor.apply(first)
        assert editor.texts[path] == "x = 1\nprint(\"hi\")\n\n\nprint('you')\n"


async def test_nothing_is_offered_far_from_the_slip_or_where_the_text_parses(serve: Starter, project: Path) -> None:
    async with serve() as editor:
        assert await menu(editor, project / "far.py", NO_COLON + "\n" * 5 + "print(1)\n", 7) == []
        assert await menu(editor, project / "fine.py", "print(1)\n", 0) == []


async def test_a_repair_counts_as_shown_once_it_stands_in_a_menu_and_once_alone(serve: Starter, project: Path) -> None:
    path = project / "far.py"
    async with serve() as editor:
        assert await menu(editor, path, NO_COLON + "\n" * 5 + "print(1)\n", 7) == []
        assert (await editor.execute("winnow.why"))["text"] == "Nothing has been decided yet."
        for _ in range(2):
            assert await editor.quick_fixes(path, {**COMPLAINT, "range": FIRST_LINE})
        assert (await editor.execute("winnow.why"))["text"].count("Shown") == 1


@pytest.mark.parametrize(("precision", "offered"), [("high", False), ("any", True)])
async def test_a_doubtful_repair_is_offered_only_to_who_asks_for_it(
    serve: Starter, project: Path, precision: str, *, offered: bool
) -> None:
    async with serve(repair={"syntaxPrecision": precision}) as editor:
        found = await menu(editor, project / "doubt.py", "x = a b\n", 0)
        assert bool(found) is offered


async def test_where_no_other_server_tells_of_it_winnow_marks_the_slip_until_it_is_mended(
    serve: Starter, project: Path
) -> None:
    path = project / "alone.py"
    _write(path, NO_COLON)
    async with serve() as editor:
        editor.open(path)
        await editor.until(lambda: editor.diagnostics.get(path.as_uri()), "A diagnostic of the slip")
        mark = editor.diagnostics[path.as_uri()][0]
        assert (mark["code"], mark["range"]["start"]["line"]) == ("syntax-error", 0)
        await editor.apply((await editor.quick_fixes(path, mark))[0])
        await editor.until(lambda: editor.diagnostics[path.as_uri()] == [], "The mark going")


async def test_where_another_server_tells_of_it_winnow_takes_its_own_mark_back(serve: Starter, project: Path) -> None:
    path = project / "both.py"
    async with serve() as editor:
        found = await menu(editor, path, NO_COLON, 0)
        await editor.until(lambda: editor.diagnostics.get(path.as_uri()), "A diagnostic of the slip")
        span = {"start": {"line": 0, "character": 17}, "end": {"line": 0, "character": 17}}
        assert [each["title"] for each in await editor.quick_fixes(path, {**COMPLAINT, "range": span})] == [
            each["title"] for each in found
        ]
        await editor.until(lambda: editor.diagnostics[path.as_uri()] == [], "The mark going")


def _write(path: Path, text: str) -> None:
    path.write_text(text)
