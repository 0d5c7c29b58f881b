"""What a person is told of that would else happen, or not happen, in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.editor.test_conversation import broken

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.lsp.editor import Editor


def warned(editor: Editor) -> str:
    """What the person was told last."""
    return str((editor.last("window/showMessage") or {"message": ""})["message"])


@pytest.mark.parametrize("moved", ["the code", "the fix"])
async def test_a_fix_that_fits_no_longer_says_so_when_it_is_chosen(serve: Starter, project: Path, moved: str) -> None:
    async with serve(trusted=True) as editor:
        fix = (await editor.quick_fixes(project / "test_prices.py", await broken(editor, project)))[0]
        if moved == "the code":
            editor.replace(project / "prices.py", "price * 3", "price + price")
        else:
            fix["data"]["fix"] = "found by a search that is long over"
        resolved = await editor.request("codeAction/resolve", fix)
        assert "edit" not in resolved
        await editor.until(lambda: "ask for the fixes here again" in warned(editor), "A message")


async def test_what_is_no_fix_is_resolved_without_a_word(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        actions = await editor.quick_fixes(project / "test_prices.py", await broken(editor, project))
        explain = next(each for each in actions if each["title"].startswith("Explain"))
        assert await editor.request("codeAction/resolve", explain) == explain
        await editor.execute("winnow.state")
        assert not warned(editor)


async def test_the_end_of_a_pause_names_what_stays_paused(serve: Starter, project: Path) -> None:
    async with serve(pausedLanguages=["python"], pausedFolders=[str(project)]) as editor:
        await editor.execute("winnow.pause")
        told = (await editor.execute("winnow.resume"))["text"]
        assert told == f"Awake, but for winnow.pausedLanguages (python) and winnow.pausedFolders ({project})."
        await editor.until(lambda: warned(editor) == told, "A message, as this editor drops what a command answers")
        lifted: dict[str, list[str]] = {"pausedLanguages": [], "pausedFolders": []}
        editor.notify("workspace/didChangeConfiguration", {"settings": {"winnow": lifted}})
        assert (await editor.execute("winnow.resume"))["text"] == "Awake."
