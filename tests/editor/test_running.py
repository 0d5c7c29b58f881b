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
