"""Show the main job: a language client types into a small project, and the real server answers.

Nothing here is scripted but the typing. What is printed is what came over the protocol.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.lsp.editor import Editor

from demo.paper import Paper

SHOP = Path(__file__).with_name("shop")
PATIENCE = 30.0
TRIES = 100
SCRATCH = Path(tempfile.gettempdir()).resolve()
GUARD = "        self.promised[name] = self.promised.get(name, 0) - amount\n"
FAREWELL = """
What next
  An LLM      export OPENAI_API_KEY=...                       (OpenAI)
              export OPENAI_BASE_URL=http://127.0.0.1:11434/v1  (Ollama, vLLM, llama.cpp, LM Studio)
              then `winnow doctor` says what it found
  VS Code     make vsix, then "Extensions: Install from VSIX..."
  Neovim      add client-nvim/ to the runtime path, then vim.lsp.enable('winnow')
  any client  start `winnow serve` over stdio; README.md has snippets for Helix and Emacs
"""


async def main() -> int:
    """Play the scenes one after the other; 0 when each of them happened."""
    paper = Paper(sys.stdout)
    with tempfile.TemporaryDirectory(prefix="winnow-demo-", dir=SCRATCH) as scratch:
        folder = Path(scratch) / "shop"
        shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache"))
        paper.title("Winnow: your editor shows only the AI code that survives your tests")
        paper.say("A small shop with its tests. No LLM, no key, no network: the embedded engine answers.")
        editor = await Editor.start(
            folder,
            {"trusted": True, "provider": "embedded", "tests": {"interpreter": sys.executable, "patience": 5.0}},
            environment={"WINNOW_STATE": str(Path(scratch) / "state")},
        )
        try:
            await _scenes(editor, folder / "shop" / "stock.py", paper)
            await _status(editor, paper)
            code = await editor.stop()
        except (TimeoutError, ConnectionError) as error:
            paper.fail(str(error))
            await editor.kill()
            return 1
    paper.say(FAREWELL)
    return code


async def _scenes(editor: Editor, path: Path, paper: Paper) -> None:
    editor.open(path)
    started = time.perf_counter()
    await editor.until(lambda: _logged(editor, "Winnow is ready"), "Reading the project", PATIENCE)
    await editor.until(lambda: "passed" in _outcomes(editor), "The first run of the tests", PATIENCE)
    await editor.until(lambda: len(_outcomes(editor)) == _known(editor), "The end of the first run", PATIENCE)
    paper.say(
        f"Opened {path.name}: {len(_outcomes(editor))} tests ran by themselves, {_since(started)} after the start."
    )
    await _shown(editor, path, paper)
    await _withheld(editor, path, paper)
    await _broken_and_mended(editor, path, paper)


async def _shown(editor: Editor, path: Path, paper: Paper) -> None:
    paper.scene(1, "You type. What appears has passed the tests it reaches.")
    typed = "        if amount <= 0:\n            "
    offset = editor.texts[path].index(GUARD)
    editor.edit(path, offset, offset, typed + "\n")
    started = time.perf_counter()
    item = (await _ghost(editor, path, offset + len(typed)))[0]
    paper.ghost(editor.texts[path], offset + len(typed), item["insertText"])
    paper.verdict(shown=True, text=f"shown: {item['command']['title']} ({_since(started)} after the key)")
    await editor.accept(path, item)
    paper.say("  Tab. Accepted; the gate learns from it.")


async def _withheld(editor: Editor, path: Path, paper: Paper) -> None:
    paper.scene(2, "A likely line that is wrong here. Its tests say so, and you never see it.")
    end = (
        editor.replace(path, GUARD, GUARD.replace("self.promised.get(name, 0) - amount", "").rstrip(" \n") + " \n") - 1
    )
    items = await editor.ghost_text(path, end)
    decision = await _decision(editor, "refuted")
    if items:
        raise ConnectionError("a refuted candidate was shown")
    rows = (await editor.execute("winnow.why"))["text"]
    paper.ghost(editor.texts[path], end, "")
    paper.verdict(shown=False, text=f"withheld: {decision['text']}")
    paper.quote(rows.split("\n\n")[0])
    editor.edit(path, end, end, "self.promised.get(name, 0) - amount")


async def _broken_and_mended(editor: Editor, path: Path, paper: Paper) -> None:
    paper.scene(3, "An edit breaks a test. You have not saved; you know within moments.")
    await editor.until(lambda: not _failures(editor), "The tests passing again", PATIENCE)
    started = time.perf_counter()
    editor.replace(path, "if amount > self.free(name):", "if amount >= self.free(name):")
    await editor.until(lambda: _failures(editor), "The failure of a test", PATIENCE)
    failure = _failures(editor)[0]
    paper.verdict(shown=False, text=f"{failure['message']} ({_since(started)} after the key, not saved)")
    paper.scene(4, "A quick fix is offered because it turned the tests green.")
    home = next(Path(each.removeprefix("file://")) for each, rows in editor.diagnostics.items() if rows)
    if home not in editor.texts:
        editor.open(home)
    fixes = await _mending(editor, home, failure)
    for fix in fixes:
        paper.verdict(shown=True, text=f"{fix['title']} ({_since(started)} after the key)")
    started = time.perf_counter()
    await editor.apply(fixes[0])
    await editor.until(lambda: not _failures(editor), "The diagnostic going away", PATIENCE)
    paper.say(f"  Applied. The diagnostic is gone {_since(started)} later; the file on the disk was never touched.")


async def _mending(editor: Editor, path: Path, failure: dict[str, Any]) -> list[dict[str, Any]]:
    """The fixes in the menu, once one is among them that mends the code as it is meant by now."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await editor.until(lambda: editor.last("winnow/fix"), "A proven fix", PATIENCE)
            fixes = [each for each in await editor.quick_fixes(path, failure) if each["title"].startswith("Fix:")]
            if not all("put back" in each["title"] for each in fixes):
                return fixes
            await asyncio.sleep(PATIENCE / TRIES)


async def _status(editor: Editor, paper: Paper) -> None:
    await editor.until(
        lambda: (editor.last("winnow/status") or {})["text"].startswith("✓"), "All tests green", PATIENCE
    )
    status = editor.last("winnow/status")
    paper.say(f"\nThe status bar says: {status.get('provider')} · {status.get('text')}")


async def _ghost(editor: Editor, path: Path, offset: int) -> list[dict[str, Any]]:
    """Ask as an editor does while the cursor rests; the engine may still be reading the project."""
    for _ in range(TRIES):
        if items := await editor.ghost_text(path, offset):
            return items
        await asyncio.sleep(PATIENCE / TRIES)
    raise TimeoutError("No ghost text came")


async def _decision(editor: Editor, reason: str) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        rows = (each["params"] for each in editor.notifications if each["method"] == "winnow/decision")
        return next((row for row in rows if row["reason"] == reason), None)

    await editor.until(found, f"A decision with the reason {reason}", PATIENCE)
    return found() or {}


def _outcomes(editor: Editor) -> list[str]:
    return [row["outcome"] for row in editor.tests.values()]


def _known(editor: Editor) -> int:
    """How many tests the server says there are, in its log."""
    messages = (each["params"]["message"] for each in editor.notifications if each["method"] == "window/logMessage")
    found = (re.search(r": (\d+) tests,", message) for message in messages)
    return next((int(match[1]) for match in found if match), 0)


def _logged(editor: Editor, start: str) -> bool:
    messages = (each["params"]["message"] for each in editor.notifications if each["method"] == "window/logMessage")
    return any(message.startswith(start) for message in messages)


def _failures(editor: Editor) -> list[dict[str, Any]]:
    return [row for rows in editor.diagnostics.values() for row in rows if row["severity"] == 1]


def _since(started: float) -> str:
    return f"{1000 * (time.perf_counter() - started):.0f} ms"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
