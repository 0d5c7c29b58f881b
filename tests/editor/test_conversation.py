"""What an editor and the server say to each other, from hello to goodbye."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.lsp.capabilities import CAPABILITIES, without
from tests.lsp.editor import Editor, ServerError

if TYPE_CHECKING:
    from tests.editor.conftest import Starter

HOLE = "def double(price):\n    return "


def open_hole(editor: Editor, project: Path) -> tuple[Path, int]:
    path = project / "hole.py"
    path.write_text(HOLE + "\n")
    editor.open(path)
    return path, len(HOLE)


async def broken(editor: Editor, project: Path) -> dict[str, Any]:
    """Break the product, and wait for the proven fix: the diagnostic in its test."""
    path, test = project / "prices.py", project / "test_prices.py"
    editor.open(path)
    editor.open(test)
    await editor.until(lambda: editor.tests, "The first run of the tests")
    editor.replace(path, "price * 2", "price * 3")
    await editor.until(lambda: editor.last("winnow/fix"), "A proven fix")
    await editor.until(lambda: editor.diagnostics.get(test.as_uri()), "A diagnostic")
    return editor.diagnostics[test.as_uri()][0]


async def test_a_client_that_resolves_gets_its_edit_when_it_asks_for_it(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        diagnostic = await broken(editor, project)
        fix = (await editor.quick_fixes(project / "test_prices.py", diagnostic))[0]
        assert fix["title"].startswith("Fix: ")
        assert "edit" not in fix
        await editor.apply(fix)
        assert editor.texts[project / "prices.py"] == "def double(price):\n    return price * 2\n"


async def test_a_client_that_never_resolves_gets_its_edit_at_once(serve: Starter, project: Path) -> None:
    eager = without(CAPABILITIES, "textDocument", "codeAction", "resolveSupport")
    async with serve(trusted=True, capabilities=eager, **{"repair.putBack": False}) as editor:
        diagnostic = await broken(editor, project)
        fix = (await editor.quick_fixes(project / "test_prices.py", diagnostic))[0]
        change = fix["edit"]["documentChanges"][0]
        assert change["textDocument"]["uri"] == (project / "prices.py").as_uri()
        assert change["edits"][0]["newText"] == "2"


async def test_the_first_suggestion_waits_until_its_tests_have_been_collected(serve: Starter, project: Path) -> None:
    (project / "conftest.py").write_text("import time\n\ntime.sleep(6)\n")
    path = project / "prices.py"
    path.write_text("def double(price):\n    return \n")
    async with serve("price * 2", trusted=True, **{"tests.patience": 5.0}) as editor:
        editor.open(path)
        item = (await editor.ghost_text(path, len(HOLE)))[0]
        assert item["command"]["title"].startswith("2 tests passed")


async def test_typing_along_a_suggestion_never_asks_again(serve: Starter, project: Path) -> None:
    async with serve("price * 2", "something_else()") as editor:
        path, offset = open_hole(editor, project)
        shown = await editor.ghost_text(path, offset, asked=True)
        for typed in range(1, len("price * 2")):
            editor.edit(path, offset + typed - 1, offset + typed - 1, "price * 2"[typed - 1])
            again = await editor.ghost_text(path, offset + typed)
            assert [item["insertText"] for item in again] == ["price * 2"[typed:]]
            assert again[0]["command"] == shown[0]["command"]


async def test_what_was_typed_over_does_not_come_back(serve: Starter, project: Path) -> None:
    async with serve("price * 2") as editor:
        path, offset = open_hole(editor, project)
        assert await editor.ghost_text(path, offset)
        editor.edit(path, offset, offset, "0")
        editor.edit(path, offset, offset + 1, "")
        assert await editor.ghost_text(path, offset) == []
        assert editor.last("winnow/decision")["reason"] == "remembered-rejection"


async def test_a_cancelled_request_is_answered_as_cancelled(serve: Starter, project: Path, tmp_path: Path) -> None:
    slow = tmp_path / "slow.jsonl"
    slow.write_text(json.dumps({"kind": "complete", "answers": ["price * 2"], "delay": 30}) + "\n")
    async with serve(**{"replay.file": str(slow)}) as editor:
        path, offset = open_hole(editor, project)
        position = {"textDocument": {"uri": path.as_uri()}, "position": editor.position(path, offset)}
        number, answer = editor.ask("textDocument/inlineCompletion", {**position, "context": {"triggerKind": 1}})
        await asyncio.sleep(0.2)
        editor.notify("$/cancelRequest", {"id": number})
        with pytest.raises(ServerError) as caught:
            await answer
        assert caught.value.code == -32800


async def test_what_is_cancelled_too_late_is_no_error(
    serve: Starter, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with serve("price * 2") as editor:
        path, offset = open_hole(editor, project)
        assert await editor.ghost_text(path, offset)
        state, _ = editor.ask("workspace/executeCommand", {"command": "winnow.state"})
        for number in (state - 1, state, state, 10_000):
            editor.notify("$/cancelRequest", {"id": number})
        assert await editor.execute("winnow.state")
        assert await editor.stop() == 0
    assert capfd.readouterr().err == ""


async def test_an_answer_that_comes_when_nobody_waits_any_more_is_dropped(
    serve: Starter, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    able = {**CAPABILITIES, "window": {"showDocument": {"support": True}}}
    late: dict[str, int | str] = {}

    def keeps_waiting(identity: int | str, method: str) -> bool:
        late.setdefault(method, identity)
        return method == "window/showDocument"

    async with serve(trusted=True, capabilities=able) as editor:
        editor.late = keeps_waiting
        await broken(editor, project)
        await editor.execute("winnow.explain", editor.name("test_prices.py::test_double"))
        assert editor.last("window/showMessage")
        editor.answer(late["window/showDocument"], {"success": True})
        assert await editor.execute("winnow.state")
        assert await editor.stop() == 0
    assert capfd.readouterr().err == ""


async def test_what_is_accepted_is_remembered_by_the_next_process(
    serve: Starter, project: Path, tmp_path: Path
) -> None:
    async with serve("price * 2") as editor:
        path, offset = open_hole(editor, project)
        await editor.accept(path, (await editor.ghost_text(path, offset, asked=True))[0])
        await editor.stop()
    command = (sys.executable, "-m", "winnow", "why", "--json")
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, env={"WINNOW_STATE": str(tmp_path / "state")}
    )
    said, _ = await process.communicate()
    assert process.returncode == 0
    fates = [fate for line in said.splitlines() for fate in json.loads(line)["fates"]]
    assert fates == ["accepted"]


def add_folder(editor: Editor, folder: Path) -> None:
    folder.mkdir()
    (folder / "words.py").write_text("def shout(text):\n    return text.upper()\n")
    (folder / "test_words.py").write_text(
        "from words import shout\n\n\ndef test_shout():\n    assert shout('a') == 'A'\n"
    )
    added = {"uri": folder.as_uri(), "name": folder.name}
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [added], "removed": []}})


def state_of(editor: Editor, test: str) -> str:
    rows = editor.tests.values()
    return next((str(row["outcome"]) for row in rows if row["id"].endswith(test)), "")


async def test_a_second_folder_is_served_with_its_own_tests(serve: Starter, tmp_path: Path) -> None:
    async with serve(trusted=True) as editor:
        add_folder(editor, tmp_path / "second")
        editor.open(tmp_path / "second" / "words.py")
        await editor.until(lambda: state_of(editor, "test_shout") == "passed", "The second folder's test passing")


async def test_a_second_folder_is_watched_where_the_editor_watches_nothing(serve: Starter, tmp_path: Path) -> None:
    async with serve(trusted=True) as editor:
        add_folder(editor, tmp_path / "second")
        editor.open(tmp_path / "second" / "test_words.py")
        await editor.until(lambda: state_of(editor, "test_shout") == "passed", "The second folder's test passing")
        (tmp_path / "second" / "words.py").write_text("def shout(text):\n    return text\n")
        await editor.until(lambda: state_of(editor, "test_shout") == "failed", "What another program broke failing")


async def test_an_untrusted_workspace_runs_nothing_and_says_so(serve: Starter, project: Path) -> None:
    python = project / "python"
    python.write_text(f'#!/bin/sh\necho ran > {project / "ran"}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    async with serve("price * 2", **{"tests.interpreter": str(python)}) as editor:
        await editor.until(lambda: editor.last("window/logMessage"), "The opening of the folder")
        path, offset = open_hole(editor, project)
        items = await editor.ghost_text(path, offset, asked=True)
        assert "not trusted" in items[0]["command"]["title"]
        assert (await editor.execute("winnow.state"))["trusted"] is False
        await editor.stop()
    assert not (project / "ran").exists()


async def test_the_report_is_a_page_without_a_network(serve: Starter, project: Path) -> None:
    async with serve("price * 2") as editor:
        path, offset = open_hole(editor, project)
        await editor.ghost_text(path, offset, asked=True)
        path = Path((await editor.execute("winnow.report"))["path"])
        page = await asyncio.to_thread(path.read_text)
        assert page.startswith("<!doctype html>")
        assert "http" not in page


async def test_the_first_encoding_that_the_client_offers_is_used(serve: Starter, project: Path) -> None:
    wide = {**CAPABILITIES, "general": {"positionEncodings": ["utf-32", "utf-16"]}}
    async with serve("price * 2", capabilities=wide) as editor:
        path = project / "owl.py"
        path.write_text("owl = '🦉🦉'; twice = \n")
        editor.open(path)
        offset = len("owl = '🦉🦉'; twice = ")
        position = {"line": 0, "character": offset}
        params = {"textDocument": {"uri": path.as_uri()}, "position": position, "context": {"triggerKind": 1}}
        answer = await editor.request("textDocument/inlineCompletion", params)
        assert answer["items"][0]["range"]["start"] == position


@pytest.mark.parametrize("milliseconds", [0, 3, 6, 10])
async def test_tests_run_whenever_the_workspace_becomes_trusted(
    serve: Starter, project: Path, milliseconds: int
) -> None:
    async with serve() as editor:
        editor.open(project / "prices.py")
        await asyncio.sleep(milliseconds / 1000)
        await editor.execute("winnow.trust")
        await editor.until(lambda: editor.tests, "A run of the tests")


async def test_what_was_dismissed_is_not_recalled(serve: Starter, project: Path) -> None:
    async with serve("price * 2") as editor:
        path, offset = open_hole(editor, project)
        item = (await editor.ghost_text(path, offset))[0]
        await editor.execute("winnow.dismissed", item["command"]["arguments"][0])
        assert await editor.ghost_text(path, offset) == []


@pytest.mark.parametrize("fate", ["winnow.accepted", "winnow.dismissed"])
async def test_evidence_leaves_the_status_with_its_suggestion(serve: Starter, project: Path, fate: str) -> None:
    async with serve("price * 2", trusted=True) as editor:

        def status() -> str:
            return str((editor.last("winnow/status") or {"text": ""})["text"])

        editor.open(project / "prices.py")
        await editor.until(lambda: status() == "✓ 2 tests", "The standing of the tests")
        path, offset = open_hole(editor, project)
        item = (await editor.ghost_text(path, offset))[0]
        await editor.until(lambda: ", p " in status(), "The evidence of the suggestion")
        await editor.execute("winnow.runAll")
        assert ", p " in status(), "a run of the tests takes the evidence away"
        await editor.execute(fate, item["command"]["arguments"][0])
        await editor.until(lambda: status() == "✓ 2 tests", "The standing of the tests again")


async def test_a_paused_server_recalls_nothing(serve: Starter, project: Path) -> None:
    async with serve("price * 2") as editor:
        path, offset = open_hole(editor, project)
        assert await editor.ghost_text(path, offset)
        await editor.execute("winnow.pause")
        assert await editor.ghost_text(path, offset) == []
        assert await editor.ghost_text(path, offset, asked=True)


async def test_a_failure_goes_with_the_test_that_is_deleted(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        await broken(editor, project)
        test = project / "test_prices.py"
        editor.edit(test, 0, len(editor.texts[test]), "from prices import double\n")
        await editor.until(lambda: not editor.diagnostics[test.as_uri()], "The diagnostics going away")


async def test_a_failure_of_text_that_was_thrown_away_goes(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        await broken(editor, project)
        path, test = project / "prices.py", project / "test_prices.py"
        editor.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
        await editor.until(lambda: not editor.diagnostics[test.as_uri()], "The diagnostics going away")


async def test_a_request_before_hello_is_refused_as_such(project: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "winnow", "serve"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=project,
    )
    editor = Editor(process, {}, project)
    with pytest.raises(ServerError) as caught:
        await editor.request("textDocument/inlineCompletion", {})
    assert caught.value.code == -32002
    await editor.kill()


async def test_what_was_chosen_by_a_command_holds_until_the_editor_changes_that_setting(serve: Starter) -> None:
    async with serve(trusted=False, paused=False) as editor:

        def awake() -> bool:
            told = editor.last("winnow/status")
            return told is not None and told["paused"] is False

        await editor.execute("winnow.trust")
        await editor.execute("winnow.pause")
        editor.notify("workspace/didChangeConfiguration", {"settings": {"winnow": {"trusted": False, "paused": False}}})
        state = await editor.execute("winnow.state")
        assert (state["trusted"], state["paused"]) == (True, True)
        for paused in (True, False):
            editor.notify("workspace/didChangeConfiguration", {"settings": {"winnow": {"paused": paused}}})
        await editor.until(awake, "The editor's own change holding")


async def test_stop_stops_what_the_person_started(serve: Starter, project: Path) -> None:
    (project / "test_slow.py").write_text("import time\n\n\ndef test_slow():\n    time.sleep(600)\n")
    async with serve(trusted=True, **{"tests.timeout": 900, "tests.background": False}) as editor:
        await editor.until(lambda: editor.last("window/logMessage"), "The opening of the folder")
        _, running = editor.ask("workspace/executeCommand", {"command": "winnow.runAll", "arguments": []})
        await editor.until(lambda: editor.tests, "The first test")
        await editor.execute("winnow.stop")
        assert (await asyncio.wait_for(running, 30))["text"] == "Stopped."
