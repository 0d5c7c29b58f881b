"""Every story under this folder is played by the real server. ``play`` is the only code that touches it."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.committing import commit
from tests.lsp.editor import Editor, path_named
from tests.stories.keyboard import KEYS, Keyboard
from tests.stories.story import CURSOR, Block, Story, stories

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HERE = Path(__file__).parent
PATIENCE = 40.0
POLLED_SECONDS = 0.05
CHANGES = frozenset({"edit", "disk"})
MOMENT = 0.05
LAID_OUT = frozenset({"python", "committed", "model", "settings"})
"""The blocks that say what there is before the story begins."""


def label(story: Story) -> str:
    return f"{story.path.parent.name}/{story.path.stem}: {story.title}"


@pytest.mark.parametrize("story", list(stories(HERE)), ids=label)
async def test_story(story: Story, tmp_path: Path) -> None:
    await play(story, tmp_path)


async def play(story: Story, scratch: Path) -> None:
    """Lay out the project, do what the story does, and see that what must follow follows."""
    folder = (scratch / "project").resolve()
    folder.mkdir()
    _lay_out(story.all("committed"), folder)
    if story.all("committed"):
        commit(folder)
    _lay_out(story.all("python"), folder)
    answers = scratch / "answers.jsonl"
    said = [block.text.removesuffix("\n") for block in story.all("model")]
    delay = max((float(block.name or 0) for block in story.all("model")), default=0)
    rows = [{"kind": kind, "answers": said, "delay": delay} for kind in ("complete", "repair")] if said else []
    answers.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    settings = {
        "trusted": True,
        "eagerness": "eager",
        "provider": "replay" if said else "embedded",
        "replay.file": str(answers),
        "tests.interpreter": sys.executable,
        "tests.patience": PATIENCE,
        "repair.seconds": PATIENCE,
        "repair.putBack": False,  # it mends what most of these stories break
        **story.settings,
    }
    editor = await Editor.start(folder, settings, environment={"WINNOW_STATE": str(scratch / "state")})
    try:
        await _tell(story, editor, folder)
        assert await editor.stop() == 0
    finally:
        await editor.kill()


def _lay_out(blocks: tuple[Block, ...], folder: Path) -> None:
    for block in blocks:
        file = folder / block.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text.replace(CURSOR, ""))


async def _tell(story: Story, editor: Editor, folder: Path) -> None:
    await editor.until(lambda: editor.last("winnow/status"), "The server's first word")
    for block in story.all("python"):
        editor.open(folder / block.name)
    await editor.until(lambda: _ready(editor), "The opening of the folder", PATIENCE)
    keyboard = Keyboard.at_the_cursor(story, editor, folder)
    for block in story.blocks:
        if block.kind in KEYS:
            await keyboard.play(block)
        elif block.kind in CHANGES:
            _change(block, editor, folder / block.name)
        else:
            await _see(block, editor, folder)


def _change(block: Block, editor: Editor, path: Path) -> None:
    """Edit a file in the editor, or write one past it."""
    if block.kind == "edit":
        editor.edit(path, 0, len(editor.texts[path]), block.text)
    else:
        path.write_text(block.text)


async def _see(block: Block, editor: Editor, folder: Path) -> None:
    match block.kind:
        case "failing":
            wanted = sorted(block.text.split())
            await editor.until(lambda: _failing(editor) == wanted, f"The failure of {wanted}", PATIENCE)
        case "passing":
            wanted = sorted(block.text.split())
            await editor.until(lambda: _passing(editor) == wanted, f"The passing of {wanted}", PATIENCE)
        case "fixed":
            name, _, test = block.name.partition(" ")
            await _fix(editor, folder / name, block.text, test)
        case "unfixed":
            await editor.until(lambda: _failing(editor), "A failure", PATIENCE)
            answer = await editor.execute("winnow.repair", editor.name(_failing(editor)[0]))
            assert answer["text"].startswith("No fix was found")
        case "marked":
            await _becomes(block.text.splitlines(), lambda: _marks(editor))
        case "lens":
            await _becomes(block.text.splitlines(), lambda: _lenses(editor, folder / block.name))
        case "mended":
            path = folder / block.name
            editor.edit(path, 0, len(editor.texts[path]), block.text)
            await editor.until(
                lambda: not _failing(editor) and not any(editor.diagnostics.values()),
                "The end of the failures",
                PATIENCE,
            )
        case "flaky":
            await _run_until_flaky(editor, block.text.split())
        case "stopped":
            await _run_and_stop(editor, block.text.strip())
        case kind:
            assert kind in LAID_OUT, f"no story knows `{kind}`"


def _ready(editor: Editor) -> bool:
    """Whether the folder's tests are known, or are known not to run."""
    messages = [each["params"]["message"] for each in editor.notifications if each["method"] == "window/logMessage"]
    return any(message.startswith("Winnow is ready") for message in messages)


def _failing(editor: Editor) -> list[str]:
    rows = editor.tests.values()
    return sorted(
        row["id"].removeprefix(editor.name("")) for row in rows if row["outcome"] not in {"passed", "skipped"}
    )


def _passing(editor: Editor) -> list[str]:
    rows = editor.tests.values()
    return sorted(row["id"].removeprefix(editor.name("")) for row in rows if row["outcome"] == "passed")


async def _marks(editor: Editor) -> list[str]:
    rows = [(Path(uri).name, row) for uri, found in editor.diagnostics.items() for row in found]
    return sorted(f"{name}:{row['range']['start']['line'] + 1} {row['message']}" for name, row in rows)


async def _becomes(wanted: list[str], look: Callable[[], Awaitable[list[str]]]) -> None:
    """Look until what is wanted is seen; shows what was seen instead."""
    found = await look()
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while found != wanted:
                await asyncio.sleep(MOMENT)
                found = await look()
    assert found == wanted


async def _lenses(editor: Editor, path: Path) -> list[str]:
    found = await editor.request("textDocument/codeLens", {"textDocument": {"uri": path.as_uri()}})
    return [f"{lens['range']['start']['line'] + 1} {lens['command']['title']}" for lens in found]


async def _run_until_flaky(editor: Editor, tests: list[str]) -> None:
    """Let the person run tests again until each has ended in two ways."""

    def flaky() -> set[str]:
        rows = editor.tests.values()
        return {row["id"] for row in rows if row["flaky"]}

    names = [editor.name(test) for test in tests]
    async with asyncio.timeout(PATIENCE):
        while not set(names) <= flaky():
            await editor.execute("winnow.runTests", names)


async def _run_and_stop(editor: Editor, command: str) -> None:
    """Let the person run all tests, and stop while one of them runs this command; nothing of it stays behind."""
    _, running = editor.ask("workspace/executeCommand", {"command": "winnow.runAll", "arguments": []})
    await _until(lambda: bool(_processes(command)))
    await editor.execute("winnow.stop")
    assert (await running)["text"] == "Stopped."
    await _until(lambda: not _processes(command))


async def _until(holds: Callable[[], bool]) -> None:
    """Wait for what no message of the server tells."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - no event tells of other processes
            await asyncio.sleep(POLLED_SECONDS)


def _processes(command: str) -> list[str]:
    """The processes of this machine that were started by a command."""
    words = command.replace(" ", "\0").encode() + b"\0"
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cmdline").read_bytes() == words:
                found.append(process.name)
    return found


def _mended(editor: Editor, name: str) -> str | None:
    """The newest test for which a fix is at hand, of those that end in a name."""
    tests = [each["params"]["test"] for each in editor.notifications if each["method"] == "winnow/fix"]
    return next((test for test in reversed(tests) if test.endswith(name)), None)


async def _fix(editor: Editor, path: Path, wanted: str, name: str) -> None:
    await editor.until(lambda: _failing(editor), "A failure", PATIENCE)
    await editor.until(lambda: _mended(editor, name), "A proven fix", PATIENCE)
    test = _mended(editor, name)

    def named() -> list[tuple[Path, dict[str, object]]]:
        rows = ((path_named(uri), row) for uri, found in editor.diagnostics.items() for row in found)
        return [(home, row) for home, row in rows if row.get("data", {}).get("test") == test]

    await editor.until(named, "A diagnostic of the failure", PATIENCE)
    home, diagnostic = named()[0]
    fixes = [each for each in await editor.quick_fixes(home, diagnostic) if each["title"].startswith("Fix:")]
    await editor.apply(fixes[0])
    assert editor.texts[path] == wanted
    await editor.until(lambda: test not in _failing(editor), "The test turning green", PATIENCE)
