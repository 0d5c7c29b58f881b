"""What can be done about a failing test beside a fix: have it explained, be nudged, or answer a question."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

from tests.lsp.capabilities import CAPABILITIES, without

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.lsp.editor import Editor

NEAR = "def near(n):\n    return n > 3\n"
TEST_NEAR = (
    "from near import near\n\n\ndef test_three():\n    assert near(3)\n\n\ndef test_nine():\n    assert near(9)\n"
)


async def open_broken(editor: Editor, project: Path) -> None:
    """Break the product of the usual project, and wait for the proven fix."""
    for name in ("prices.py", "test_prices.py"):
        editor.open(project / name)
    await editor.until(lambda: editor.tests, "The first run of the tests")
    editor.replace(project / "prices.py", "price * 2", "price * 3")
    await editor.until(lambda: editor.last("winnow/fix"), "A proven fix")


async def test_a_failure_is_explained_with_its_values(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        await open_broken(editor, project)
        said = (await editor.execute("winnow.explain", editor.name("test_prices.py::test_double")))["text"]
        assert "test_double failed: assert 9 == 6" in said
        assert "return price * 3    # price = 3" in said
        assert editor.last("window/showMessage")["message"] == said


async def test_what_a_fix_changes_and_why_is_told_beside_it(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        await open_broken(editor, project)
        test = editor.name("test_prices.py::test_double")
        mark = next(each for found in editor.diagnostics.values() for each in found if each["data"]["test"] == test)
        offered = await editor.quick_fixes(project / "test_prices.py", mark)
        describe = next(each for each in offered if each["title"].startswith("Describe the fixes of"))
        said = (await editor.execute(describe["command"]["command"], *describe["command"]["arguments"]))["text"]
        fixes = [each["title"] for each in offered if each["title"].startswith("Fix: ")]
        assert fixes
        assert [each.split("\n")[0] for each in said.split("\n\n")] == fixes
        assert all(len(each.split("\n")) == 3 for each in said.split("\n\n"))


async def test_an_editor_that_opens_pages_is_given_the_explanation_as_one(serve: Starter, project: Path) -> None:
    able = {**CAPABILITIES, "window": {"workDoneProgress": True, "showDocument": {"support": True}}}
    async with serve(trusted=True, capabilities=able) as editor:
        await open_broken(editor, project)
        said = (await editor.execute("winnow.explain", editor.name("test_prices.py::test_double")))["text"]
        assert editor.pages[0].read_text() == f"{said}\n"
        assert editor.last("window/showMessage") is None


async def test_a_search_on_demand_reports_how_far_it_is_and_what_it_spent(serve: Starter, project: Path) -> None:
    async with serve(trusted=True, repair={"background": False}) as editor:
        for name in ("prices.py", "test_prices.py"):
            editor.open(project / name)
        await editor.until(lambda: editor.tests, "The first run of the tests")
        editor.replace(project / "prices.py", "price * 2", "price * 3")
        await editor.until(lambda: editor.diagnostics.get((project / "test_prices.py").as_uri()), "A failure")
        said = (await editor.execute("winnow.repair", editor.name("test_prices.py::test_double")))["text"]
        assert re.search(r"\(\d+ candidates? tried.*, \d+\.\d of 20 s\)\.$", said)
        bars = [each["params"]["value"] for each in editor.notifications if each["method"] == "$/progress"]
        assert any("tried" in bar.get("message", "") and bar["percentage"] == 100 for bar in bars)


async def test_a_hint_says_where_to_look_and_never_the_answer(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        await open_broken(editor, project)
        titles = [each["title"] for each in await editor.quick_fixes(project / "test_prices.py", _at(editor, project))]
        assert "Hint instead: a nudge for test_double" in titles
        said = (await editor.execute("winnow.hint", editor.name("test_prices.py::test_double")))["text"]
        assert said.startswith(("Look into prices.py.", "Look at line 2 of prices.py."))
        assert "price * 2" not in said
        assert said.splitlines()[-1].startswith(("Checked:", "A weaker solver", "Not sure"))


async def test_the_answer_to_a_question_picks_the_fix_and_may_be_kept_as_a_test(serve: Starter, project: Path) -> None:
    for name in ("prices.py", "test_prices.py"):
        (project / name).unlink()
    near, tests = project / "near.py", project / "test_near.py"
    near.write_text(NEAR)
    tests.write_text(TEST_NEAR)
    async with serve(trusted=True) as editor:
        editor.open(near)
        editor.open(tests)
        test = editor.name("test_near.py::test_three")
        await editor.until(lambda: logged(editor, "should near("), "A question")
        assert any(
            each["title"] == "Answer a question to fix test_three"
            for each in await editor.quick_fixes(tests, editor.diagnostics[tests.as_uri()][0])
        )
        editor.choose = lambda asked: asked["actions"][0]
        done = await editor.execute("winnow.ask", test)
        assert done["text"].startswith("Done: ")
        assert editor.questions[0].startswith("Should `near(")
        assert editor.questions[1].startswith("Keep `assert near(")
        assert editor.texts[near] != NEAR
        assert "def test_near_as_answered():" in editor.texts[tests]
        await editor.until(lambda: editor.diagnostics.get(tests.as_uri()) == [], "All tests green")


async def answered(editor: Editor, near: Path, test: str) -> str:
    """Open the code alone, wait for the question that its failing test leaves, and take the first answer each time."""
    editor.open(near)
    await editor.until(lambda: logged(editor, "should near("), "A question")
    editor.choose = lambda asked: asked["actions"][0]
    said: str = (await editor.execute("winnow.ask", test))["text"]
    assert editor.texts[near] != NEAR
    return said


async def test_an_answer_is_kept_in_a_test_file_that_is_closed(serve: Starter, project: Path) -> None:
    near, tests = project / "near.py", project / "test_near.py"
    near.write_text(NEAR)
    text = TEST_NEAR.replace("from near import near", "import near").replace("near(", "near.near(")
    tests.write_bytes(text.replace("\n", "\r\n").encode())
    unversioned = without(CAPABILITIES, "workspace", "workspaceEdit")
    async with serve(trusted=True, capabilities=unversioned) as editor:
        said = await answered(editor, near, editor.name("test_near.py::test_three"))
        assert said.endswith("test_near_as_answered in test_near.py keeps it.")
        before, kept = tests.read_bytes().decode(), editor.texts[tests]
        assert kept.startswith(before)
        assert kept.count("\r\n") == kept.count("\n")
        assert re.fullmatch(
            r"\n\ndef test_near_as_answered\(\):\n    from near import near\n\n    assert near\(.+\) == \w+\n",
            kept.removeprefix(before).replace("\r\n", "\n"),
        )
        await editor.until(lambda: _passes(editor, "test_near.py::test_near_as_answered"), "The kept test to pass")


DOCTEST = 'def near(n):\n    """Whether it is.\n\n    >>> near(3)\n    True\n    >>> near(9)\n    True\n    """\n'


async def test_an_answer_about_an_example_in_a_docstring_is_kept_in_a_new_test_file(
    serve: Starter, project: Path
) -> None:
    near, tests = project / "near.py", project / "test_near.py"
    near.write_text(DOCTEST + "    return n > 3\n")
    async with serve(trusted=True, tests={"arguments": ["--doctest-modules"]}) as editor:
        await answered(editor, near, editor.name("near.py::near.near"))
        assert "def test_near_as_answered():\n    from near import near\n" in editor.texts[tests]
        await editor.until(lambda: _passes(editor, "test_near.py::test_near_as_answered"), "The kept test to pass")


async def test_an_editor_that_makes_no_files_is_not_asked_to_keep_an_answer_in_one(
    serve: Starter, project: Path
) -> None:
    near = project / "near.py"
    near.write_text(DOCTEST + "    return n > 3\n")
    unable = without(CAPABILITIES, "workspace", "workspaceEdit", "resourceOperations")
    async with serve(trusted=True, capabilities=unable, tests={"arguments": ["--doctest-modules"]}) as editor:
        await answered(editor, near, editor.name("near.py::near.near"))
        assert len(editor.questions) == 1
        assert not (project / "test_near.py").exists()


def _passes(editor: Editor, test: str) -> bool:
    rows = editor.tests.values()
    return any(row["id"] == editor.name(test) and row["outcome"] == "passed" for row in rows)


def logged(editor: Editor, words: str) -> bool:
    return any(words in str(each["params"]) for each in editor.notifications if each["method"] == "window/logMessage")


def _at(editor: Editor, project: Path) -> dict[str, Any]:
    return editor.diagnostics[(project / "test_prices.py").as_uri()][0]


HALF = (
    "from near import near\n\n\ndef test_three():\n    assert near(3)\n\n\n"
    'def test_nine():\n    assert near(9) == "nine"\n'
)


def half_wrong(project: Path) -> tuple[Path, Path]:
    """In place of the usual project, a function with a test that a small edit mends and one that none does."""
    for name in ("prices.py", "test_prices.py"):
        (project / name).unlink()
    near, tests = project / "near.py", project / "test_near.py"
    near.write_text(NEAR)
    tests.write_text(HALF)
    return near, tests


async def test_unproven_attempts_are_shown_only_to_who_asks_and_say_what_still_fails(
    serve: Starter, project: Path
) -> None:
    near, tests = half_wrong(project)
    async with serve(trusted=True, repair={"background": False}) as editor:
        editor.open(near)
        editor.open(tests)
        await editor.until(lambda: len(editor.diagnostics.get(tests.as_uri(), ())) > 1, "Two failures")
        at = next(each for each in editor.diagnostics[tests.as_uri()] if "test_three" in each["message"])

        async def titles() -> list[str]:
            return [each["title"] for each in await editor.quick_fixes(tests, at)]

        test = editor.name("test_near.py::test_three")
        assert (await editor.execute("winnow.repair", test))["text"].startswith("No fix")
        before = await titles()
        assert "Show unproven attempts at test_three" in before
        assert not any(title.startswith(("Fix:", "Unproven:")) for title in before)
        said = (await editor.execute("winnow.attempts", test))["text"]
        unproven = [title for title in await titles() if title.startswith("Unproven:")]
        assert unproven
        assert all(title in said and "test_nine still fails" in title for title in unproven)
        editor.replace(near, "n > 3", "n < 3")
        assert not any(title.startswith("Unproven:") for title in await titles())


async def test_attempts_at_a_closed_file_are_in_the_menu_until_it_changes_on_the_disk(
    serve: Starter, project: Path
) -> None:
    near, tests = half_wrong(project)
    async with serve(trusted=True, repair={"background": False}) as editor:
        editor.open(tests)
        await editor.until(lambda: len(editor.diagnostics.get(tests.as_uri(), ())) > 1, "Two failures")
        at = next(each for each in editor.diagnostics[tests.as_uri()] if "test_three" in each["message"])
        test = editor.name("test_near.py::test_three")
        await editor.execute("winnow.repair", test)
        await editor.execute("winnow.attempts", test)
        unproven = [each for each in await editor.quick_fixes(tests, at) if each["title"].startswith("Unproven:")]
        assert unproven
        near.write_text(f"# Near.\n{NEAR}")
        assert not any(each["title"].startswith("Unproven:") for each in await editor.quick_fixes(tests, at))
        resolved = await editor.request("codeAction/resolve", unproven[0])
        assert "edit" not in resolved
        assert resolved["disabled"]["reason"]


async def test_tests_of_one_name_in_two_folders_stand_each_for_itself(
    serve: Starter, project: Path, tmp_path: Path
) -> None:
    second = tmp_path / "second"
    shutil.copytree(project, second)
    test = "test_prices.py::test_double"
    async with serve(trusted=True) as editor:
        added = {"uri": second.as_uri(), "name": second.name}
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [added], "removed": []}})
        for folder in (project, second):
            editor.open(folder / "prices.py")
            editor.open(folder / "test_prices.py")

        def outcomes() -> dict[str, str]:
            rows = editor.tests.values()
            return {row["id"]: row["outcome"] for row in rows}

        await editor.until(lambda: list(outcomes().values()) == 4 * ["passed"], "Two tests passing in each folder")
        editor.replace(second / "prices.py", "price * 2", "price * 3")
        await editor.until(lambda: editor.last("winnow/fix"), "A proven fix")
        assert outcomes()[editor.name(test)] == "passed"
        assert outcomes()[editor.name(test, second)] == "failed"
        assert editor.last("winnow/fix") == {"test": editor.name(test, second)}
        assert not editor.diagnostics.get((project / "test_prices.py").as_uri())
        failure = editor.diagnostics[(second / "test_prices.py").as_uri()][0]
        fixes = await editor.quick_fixes(second / "test_prices.py", failure)
        assert not await editor.quick_fixes(project / "test_prices.py", {**failure, "data": {"test": ""}})
        lens = {folder: await _lens(editor, folder / "prices.py") for folder in (project, second)}
        assert lens[project]["title"] == "✓ 2 tests · run"
        assert lens[second]["title"] == "✗ 1 of 2 · run"
        assert lens[project]["arguments"][0][0].startswith(f"{project}/")
        said = await editor.execute("winnow.runTests", [editor.name(test), editor.name(test, second)])
        assert [each.partition(",")[0] for each in said["text"].split("; ")] == ["✓ 1 test", "✗ 1 of 1"]
        assert "9 == 6" in (await editor.execute("winnow.explain", editor.name(test, second)))["text"]
        await editor.apply(fixes[0])
        assert editor.texts[second / "prices.py"] == editor.texts[project / "prices.py"]
        await editor.until(lambda: set(outcomes().values()) == {"passed"}, "All tests green")
        removed = {"event": {"added": [], "removed": [added]}}
        editor.notify("workspace/didChangeWorkspaceFolders", removed)
        await editor.until(lambda: len(outcomes()) == 2, "The second folder's tests going with it")


async def _lens(editor: Editor, path: Path) -> dict[str, Any]:
    lenses = await editor.request("textDocument/codeLens", {"textDocument": {"uri": path.as_uri()}})
    command: dict[str, Any] = lenses[0]["command"]
    return command


async def test_a_fix_is_offered_on_the_line_that_it_mends(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        await open_broken(editor, project)
        here = {"line": 1, "character": 4}
        asked = {
            "textDocument": {"uri": (project / "prices.py").as_uri()},
            "range": {"start": here, "end": here},
            "context": {"diagnostics": []},
        }
        offered = await editor.request("textDocument/codeAction", asked)
        assert offered[0]["title"].startswith("Fix: ")
