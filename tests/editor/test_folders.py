"""Several folders in one workspace, one of them inside another, and pauses in some."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.lsp.editor import Editor


READING = frozenset({"$/progress", "window/logMessage"})
"""What tells that a folder is being read, and has been."""


def folders(editor: Editor, *, added: tuple[Path, ...] = (), removed: tuple[Path, ...] = ()) -> None:
    """Tell of folders that came and went."""
    event = {
        side: [{"uri": each.as_uri(), "name": each.name} for each in given]
        for side, given in {"added": added, "removed": removed}.items()
    }
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": event})


def shown(editor: Editor) -> list[str]:
    """The tests that the editor was told of last."""
    return sorted(row["id"] for row in editor.tests.values())


async def test_a_test_is_that_of_its_innermost_folder_alone(serve: Starter, project: Path) -> None:
    inner = project / "inner"
    inner.mkdir()
    (inner / "near.py").write_text("def near(n):\n    return n > 3\n")
    (inner / "test_near.py").write_text("from near import near\n\n\ndef test_near():\n    assert near(9)\n")
    tests = ["inner/test_near.py::test_near", "test_prices.py::test_double", "test_prices.py::test_zero"]
    everyone = [f"{project}/{test}" for test in tests]
    async with serve(trusted=True) as editor:
        await editor.until(lambda: editor.last("winnow/ready"), "The outer folder")
        await editor.execute("winnow.runAll")
        await editor.until(lambda: shown(editor) == everyone, "The tests of the one folder")
        folders(editor, added=(inner,))
        await editor.until(lambda: editor.last("winnow/ready") == {"folders": [str(inner)]}, "The inner folder")
        said = await editor.execute("winnow.runAll")
        assert [each.partition(",")[0] for each in said["text"].split("; ")] == ["✓ 1 test", "✓ 2 tests"]
        await editor.until(lambda: shown(editor) == everyone, "Every test once")
        logged = [each for each in editor.notifications if each["method"] in READING]
        folders(editor, removed=(inner,))
        await editor.until(lambda: editor.last("winnow/ready") == {"folders": []}, "The outer folder alone")
        assert [each for each in editor.notifications if each["method"] in READING] == logged
        assert (await editor.execute("winnow.runAll"))["text"].startswith("✓ 3 tests")


async def test_a_pause_in_a_folder_is_none_beside_it(serve: Starter, project: Path) -> None:
    path, other = project / "quiet" / "hole.py", project / "hole.py"
    path.parent.mkdir()
    for each in (path, other):
        each.write_text("def double(price):\n    return \n")
    offset = len("def double(price):\n    return ")
    async with serve("price * 2", pausedFolders=[str(path.parent)]) as editor:
        editor.open(path)
        editor.open(other)
        assert await editor.ghost_text(path, offset) == []
        assert editor.last("winnow/decision")["reason"] == "paused"
        assert await editor.ghost_text(path, offset, asked=True)
        assert await editor.ghost_text(other, offset)
        assert (await editor.execute("winnow.state"))["pausedFolders"] == [str(path.parent)]
