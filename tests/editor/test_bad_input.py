"""Whatever comes in, the server says what is wrong and goes on."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from tests.lsp.editor import Editor, ServerError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter


async def still_serves(editor: Editor) -> None:
    assert "provider" in await editor.execute("winnow.state")


@pytest.mark.parametrize(
    "junk",
    [
        b"Content-Length: 9\r\n\r\n{not json",
        b"Content-Length: 5\r\n\r\n\xff\xfe\xfd\xfc\xfb",
        b"Content-Length: 2\r\n\r\n[]",
        b'Content-Length: 15\r\n\r\n{"jsonrpc":"1"}',
        b"Content-Type: nonsense\r\n\r\n",
        b"x" * 200_000,
    ],
    ids=["no json", "no utf-8", "no object", "other version", "no length", "no header"],
)
async def test_a_malformed_message_is_answered_and_survived(serve: Starter, junk: bytes) -> None:
    async with serve() as editor:
        editor.send_bytes(junk)
        if junk.startswith(b"xxx"):
            editor.send_bytes(b"\r\n\r\n")
        await still_serves(editor)
        assert editor.errors[0]["error"]["code"] == -32700


async def test_parameters_of_the_wrong_form_are_refused_with_their_request(serve: Starter) -> None:
    async with serve() as editor:
        for method in ("textDocument/inlineCompletion", "textDocument/codeAction", "textDocument/codeLens"):
            with pytest.raises(ServerError) as caught:
                await editor.request(method, {"textDocument": 3})
            assert caught.value.code == -32602
        await still_serves(editor)


async def test_a_command_with_other_arguments_than_it_takes_is_told_which(serve: Starter) -> None:
    async with serve() as editor:
        for arguments in ([], ["one", "two"]):
            with pytest.raises(ServerError, match="wanted: test") as caught:
                await editor.execute("winnow.explain", *arguments)
            assert caught.value.code == -32602
        await still_serves(editor)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("winnow.accepted", [None]),
        ("winnow.dismissed", [{"id": "c1"}]),
        ("winnow.partlyAccepted", [7, 3]),
        ("winnow.partlyAccepted", ["c1", None]),
        ("winnow.partlyAccepted", ["c1", -1]),
        ("winnow.partlyAccepted", ["c1", 2**60]),
    ],
)
async def test_what_cannot_have_become_of_a_suggestion_is_refused(
    serve: Starter, command: str, arguments: list[object]
) -> None:
    async with serve() as editor:
        with pytest.raises(ServerError) as caught:
            await editor.execute(command, *arguments)
        assert caught.value.code == -32602
        await still_serves(editor)


async def test_an_unknown_request_is_refused_by_name(serve: Starter) -> None:
    async with serve() as editor:
        with pytest.raises(ServerError, match="textDocument/telepathy"):
            await editor.request("textDocument/telepathy", {})
        await still_serves(editor)


async def test_positions_outside_the_document_are_held_within_it(serve: Starter, project: Path) -> None:
    async with serve("price * 2") as editor:
        path = project / "prices.py"
        editor.open(path)
        uri = path.as_uri()
        for line, character in ((0, 9_999), (9_999, 0), (2**31 - 1, 2**31 - 1)):
            position = {"line": line, "character": character}
            params = {"textDocument": {"uri": uri}, "position": position, "context": {"triggerKind": 1}}
            await editor.request("textDocument/inlineCompletion", params)
            edit = {"range": {"start": position, "end": position}, "text": ""}
            version = {"uri": uri, "version": 9}
            editor.notify("textDocument/didChange", {"textDocument": version, "contentChanges": [edit]})
        await still_serves(editor)


async def test_half_a_surrogate_pair_keeps_the_document_in_step(serve: Starter, project: Path) -> None:
    async with serve("price * 2") as editor:
        path = project / "prices.py"
        editor.open(path)
        body = (
            f'{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{path.as_uri()}","version":2}},'
            '"contentChanges":[{"text":"def double(price):  # \\ud83d\\n    return "}]}}'
        ).encode()
        editor.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        editor.texts[path] = "def double(price):  # ?\n    return "
        items = await editor.ghost_text(path, len(editor.texts[path]), asked=True)
        assert [item["insertText"] for item in items] == ["price * 2"]


async def test_a_huge_file_is_left_alone_and_said_so(serve: Starter, project: Path) -> None:
    path = project / "huge.py"
    path.write_text("x = 1\n" * (50_000_000 // 6))
    async with serve() as editor:
        editor.open(path)
        assert await editor.ghost_text(path, 0, asked=True) == []
        message = editor.last("window/showMessage")["message"]
        assert "too large" in message
        await still_serves(editor)


async def test_a_file_that_grows_huge_is_left_alone_and_said_so_once(serve: Starter, project: Path) -> None:
    path = project / "prices.py"
    async with serve("price * 2") as editor:
        editor.open(path)
        editor.edit(path, 0, 0, "x = 1\n" * 1_000_000)
        editor.edit(path, 0, 0, "\n")
        assert await editor.ghost_text(path, 0, asked=True) == []
        told = [each for each in editor.notifications if each["method"] == "window/showMessage"]
        assert [("too large" in each["params"]["message"]) for each in told] == [True]
        await still_serves(editor)


async def test_crlf_form_feeds_and_astral_characters_keep_their_places(serve: Starter, project: Path) -> None:
    path = project / "odd.py"
    path.write_bytes("\x0c# 🦉\u2028 owl\r\ndef double(price):\r\n    return \r\n".encode())
    async with serve("price * 2") as editor:
        editor.open(path)
        start = editor.texts[path].index("owl")
        editor.edit(path, start, start + 3, "🦉🦉")
        offset = editor.texts[path].index("return ") + len("return ")
        items = await editor.ghost_text(path, offset, asked=True)
        assert items[0]["insertText"] == "price * 2"
        assert items[0]["range"]["start"] == editor.position(path, offset)


async def test_a_file_outside_the_workspace_is_served_without_tests(serve: Starter, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.py"
    path.write_text("def double(price):\n    return \n")
    async with serve("price * 2", trusted=True) as editor:
        editor.open(path)
        items = await editor.ghost_text(path, len("def double(price):\n    return "), asked=True)
        assert "no test reaches it" in items[0]["command"]["title"]


async def test_settings_that_make_no_sense_are_named_and_left_as_they_were(serve: Starter) -> None:
    async with serve(**{"tests.timeout": "soon", "colour": "green"}) as editor:
        await still_serves(editor)
        said = [each["params"]["message"] for each in editor.notifications if each["method"] == "window/showMessage"]
        assert any("winnow.tests.timeout" in message for message in said)
        assert any("winnow.colour" in message for message in said)


async def test_a_corrupt_journal_is_set_aside(serve: Starter, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "journal.sqlite").write_bytes(b"this is no database" * 1000)
    async with serve() as editor:
        await still_serves(editor)
        said = [each["params"]["message"] for each in editor.notifications if each["method"] == "window/showMessage"]
        assert any("journal" in message for message in said)


async def test_a_home_that_cannot_be_written_is_said_and_survived(serve: Starter, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    async with serve(environment={"WINNOW_STATE": str(blocked / "state")}) as editor:
        await still_serves(editor)
        assert editor.last("window/showMessage") is not None
    assert stat.S_ISREG(blocked.stat().st_mode)


async def test_the_exit_code_tells_a_proper_goodbye_from_a_hasty_one(serve: Starter) -> None:
    async with serve() as editor:
        assert await editor.stop() == 0
    async with serve() as editor:
        editor.notify("exit", None)
        assert await editor.process.wait() == 1


async def test_a_server_whose_editor_is_gone_ends(serve: Starter) -> None:
    async with serve() as editor:
        assert editor.process.stdin is not None
        editor.process.stdin.close()
        assert await editor.process.wait() == 1
