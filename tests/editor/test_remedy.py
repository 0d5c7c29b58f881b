"""Other servers' diagnostics, as the editor passes them along: the edit is asked of the affected tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from winnow.facts import Reason
from winnow.journal import JOURNAL, Journal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.editor.conftest import Starter
    from tests.lsp.editor import Editor


async def menu(editor: Editor, path: Path, at: str, message: str) -> list[dict[str, Any]]:
    """What is offered where another server complains about the last place of a text."""
    start = editor.texts[path].rindex(at)
    span = {"start": editor.position(path, start), "end": editor.position(path, start + len(at))}
    return await editor.quick_fixes(path, {"source": "pyright", "message": message, "severity": 1, "range": span})


async def test_a_misspelled_name_is_mended_and_proven_by_the_tests_it_affects(serve: Starter, project: Path) -> None:
    path = project / "prices.py"
    async with serve(trusted=True, tests={"patience": 30}, repair={"background": False}) as editor:
        editor.open(path)
        editor.open(project / "test_prices.py")
        await editor.until(lambda: editor.tests, "The first run of the tests")
        editor.replace(path, "return price * 2", "return prise * 2")
        found = await menu(editor, path, "prise", '"prise" is not defined')
        assert found[0]["title"] == "Fix: write `price` instead of `prise` · 2 tests pass"
        await editor.apply(found[0])
        assert "return price * 2" in editor.texts[path]


async def test_a_remedy_that_breaks_a_test_is_not_offered(serve: Starter, project: Path) -> None:
    path = project / "prices.py"
    path.write_text("import wobble\n\n\ndef double(price):\n    return price * 2\n")
    (project / "wobble.py").write_text("FACTOR = 2\n")
    test = project / "test_prices.py"
    test.write_text(
        test.read_text() + "\n\ndef test_import():\n    import prices\n\n    assert prices.wobble.FACTOR == 2\n"
    )
    async with serve(trusted=True, tests={"patience": 30}) as editor:
        editor.open(path)
        editor.open(test)
        await editor.until(lambda: len(editor.tests) > 2, "The tests")
        assert await menu(editor, path, "wobble", "`wobble` imported but unused") == []


async def test_without_trust_a_remedy_is_offered_as_untested(serve: Starter, project: Path) -> None:
    path = project / "prices.py"
    path.write_text("import os\n\n\ndef double(price):\n    return price * 2\n")
    async with serve() as editor:
        editor.open(path)
        found = await menu(editor, path, "os", "`os` imported but unused")
        assert [each["title"] for each in found] == ["Fix: drop the unused import of `os` · not tested"]


async def test_what_stands_in_the_menu_is_journalled_as_shown_and_once_and_the_rest_as_withheld(
    serve: Starter, project: Path, tmp_path: Path
) -> None:
    path = project / "prices.py"
    path.write_text("def double(jsons, jason):\n    return json * 2\n")
    async with serve() as editor:
        editor.open(path)
        for _ in range(2):
            titles = [each["title"] for each in await menu(editor, path, "json", '"json" is not defined')]
        assert await editor.execute("winnow.why")
    journal = Journal.open(tmp_path / "state" / JOURNAL)
    decided = [row.decision for row in journal.decisions(20)]
    journal.close()
    shown = [f"Fix: {each.detail.replace(': ', ' · ')}" for each in decided if each.reason is Reason.SHOWN]
    assert sorted(shown) == sorted(titles)
    assert {each.reason for each in decided} == {Reason.SHOWN, Reason.UNLIKELY}
