"""What runs because a person asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter


async def test_the_tests_of_the_open_files_run_also_where_nothing_was_edited_since(
    serve: Starter, project: Path
) -> None:
    (project / "names.py").write_text("def short(name):\n    return name[:3]\n")
    (project / "test_names.py").write_text(
        "from names import short\n\n\ndef test_short():\n    assert short('abcd') == 'abc'\n"
    )
    async with serve(trusted=True, **{"repair.background": False}) as editor:
        editor.open(project / "prices.py")
        await editor.until(lambda: len(editor.tests) == 3, "The first run of the tests")
        editor.replace(project / "prices.py", "price * 2", "price * 3")
        await editor.until(lambda: "failed" in {row["outcome"] for row in editor.tests.values()}, "A failing test")
        said = await editor.execute("winnow.runAffected")
        assert said["text"].startswith("✗ 1 of 2,")


async def test_where_no_test_reaches_an_open_file_that_is_said(serve: Starter, project: Path) -> None:
    (project / "alone.py").write_text("def alone():\n    return 1\n")
    async with serve(trusted=True) as editor:
        editor.open(project / "alone.py")
        await editor.until(lambda: len(editor.tests) == 2, "The first run of the tests")
        assert await editor.execute("winnow.runAffected") == {"text": "No test reaches a file that is open."}


async def test_the_key_is_taken_from_what_tests_see_whichever_variable_is_named_to_hold_it(
    serve: Starter, project: Path
) -> None:
    (project / "test_prices.py").write_text("import os\n\n\ndef test_key():\n    assert 'MY_KEY' not in os.environ\n")
    async with serve(environment={"MY_KEY": "k-1"}, trusted=True, **{"tests.background": False}) as editor:
        await editor.until(lambda: editor.last("winnow/ready"), "The folder")
        assert (await editor.execute("winnow.runAll"))["text"].startswith("✗ 1 of 1")
        named = {"settings": {"winnow": {"openai": {"apiKeyVariable": "MY_KEY"}}}}
        editor.notify("workspace/didChangeConfiguration", named)
        assert "✗" not in (await editor.execute("winnow.runAll"))["text"]


async def test_a_run_of_what_does_not_parse_says_that_nothing_ran(serve: Starter, project: Path) -> None:
    async with serve(trusted=True) as editor:
        editor.open(project / "prices.py")
        await editor.until(lambda: len(editor.tests) == 2, "The first run of the tests")
        editor.replace(project / "prices.py", "price * 2", "price *")
        for command in ("winnow.runAll", "winnow.runAffected"):
            assert (await editor.execute(command))["text"].startswith("No test ran:")
