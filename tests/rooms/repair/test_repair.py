from __future__ import annotations

import ast
import sys
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from winnow.commands.mending import Silence
from winnow.commands.recorded import RecordedAttempts
from winnow.facts import Candidate, Document, Evidence, Outcome, Snapshot
from winnow.journal import Lesson
from winnow.mend import Suspect
from winnow.opening import open_session
from winnow.proof import Prover
from winnow.repair import repair
from winnow.repair.programs import Programs
from winnow.repair.rungs import again, recalled
from winnow.repair.whole_files import made_whole
from winnow.session import Folder
from winnow.settings import Settings
from winnow.text import Text
from winnow.uris import uri_of
from winnow.workspace import apply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from winnow.findings import Fix
    from winnow.repair.scene import Scene
    from winnow.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tests run in forks")
SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Found:
    fixes: tuple[Fix, ...]
    session: Session
    calls: int

    @property
    def programs(self) -> list[str]:
        return [next(iter(apply(fix.suggestion.candidate.edits, fix.snapshot).values())) for fix in self.fixes]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WINNOW_STATE", str(tmp_path / "state"))
    return tmp_path.resolve()


@asynccontextmanager
async def opened(state: Path, program: str, tests: str) -> AsyncIterator[Session]:
    folder = state / "project"
    folder.mkdir(exist_ok=True)
    (folder / "shop.py").write_text(program)
    (folder / "test_shop.py").write_text(tests)
    settings = Settings(trusted=True, provider="embedded", repair_seconds=SECONDS, interpreter=sys.executable)
    session = open_session(settings, Silence())
    prover = await Prover.open(str(folder), settings, str(state / "proof"))
    try:
        opened = Folder(path=str(folder), prover=prover, settings=settings)
        session.folders = (opened,)
        async with aclosing(prover.rehearse(Snapshot(revision=0), await prover.collect())) as results:
            async for result in results:
                session.note(opened.key(result.test), result)
        uri = uri_of(str(folder / "shop.py"))
        session.workspace.put(Document(uri=uri, language="python", version=1, text=Text.of(program)))
        yield session
    finally:
        await session.close()


async def search(state: Path, program: str, tests: str, said: tuple[str, ...] | None = None) -> Found:
    """Look for a fix of the first failing test; the model, if there is one, says these whole programs, in order."""
    async with opened(state, program, tests) as session:
        model = RecordedAttempts({"attempts": [{"code": code} for code in said or ()]})
        asking = session if said is None else replace(session, provider=model)
        failing = session.failing(session.folders[0])
        fixes = await repair(session.folders[0], asking, failing[:1])
        return Found(fixes=fixes, session=asking, calls=model.calls)


TOTAL = "def total(price, count):\n    return price{}\n"
UNWRITTEN = TOTAL.format(" and None")
WEAK = "from shop import total\n\n\ndef test_total():\n    assert total(2, 3) == 6\n"


async def test_of_two_believed_alike_one_input_is_asked_about(state: Path) -> None:
    program = "def near(n):\n    return n > 3\n"
    test = (
        "from shop import near\n\n\ndef test_three():\n    assert near(3)\n\n\ndef test_nine():\n    assert near(9)\n"
    )
    found = await search(state, program, test)
    assert found.fixes == ()
    asked = {key.test: each.ambiguity for key, each in found.session.findings.items() if each.ambiguity}
    question = asked["test_shop.py::test_three"]
    assert question.unit == "near"
    assert question.call.startswith("near(")
    assert len({answer for answer, _ in question.answers}) == len(question.answers)


async def test_what_was_cut_off_is_tried_again_where_nothing_is_proven(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, right = "def near(n):\n    return n > 3\n", "def near(n):\n    return n >= 3\n"
    tests = "from shop import near\n" + "".join(
        f"\n\ndef test_{n}():\n    assert near({n}) is {near}\n" for n, near in ((2, False), (3, True), (9, True))
    )
    began: set[str] = set()
    examine = Prover.examine

    async def on_a_busy_machine(
        self: Prover, candidate: Candidate, snapshot: Snapshot, patience: float, **wanted: Any
    ) -> Evidence:
        if candidate.id in began:
            return await examine(self, candidate, snapshot, patience, **wanted)
        began.add(candidate.id)
        return Evidence(parses=True, outcome=Outcome.UNFINISHED)

    monkeypatch.setattr(Prover, "examine", on_a_busy_machine)
    assert (await search(state, program, tests)).programs[0] == right


async def test_what_passes_and_takes_long_at_the_others_is_waited_for(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "MOST", 0)
    program, right = "def near(n):\n    return n > 3\n", "def near(n):\n    return n >= 3\n"
    tests = (
        "import time\nfrom shop import near\n\n\ndef test_3():\n    assert near(3)\n\n\ndef test_9():\n"
        "    time.sleep(2.5 * near(3))\n    assert near(9)\n\n\ndef test_2():\n    assert not near(2)\n"
    )
    assert (await search(state, program, tests)).programs[0] == right


async def test_a_repeated_attempt_is_not_tried_again_and_the_next_is_asked_for(state: Path) -> None:
    said = (TOTAL.format(" - count"), TOTAL.format(" - count"), TOTAL.format(" * count"))
    found = await search(state, UNWRITTEN, WEAK, said)
    assert found.programs == [said[2]]
    assert found.calls == len(said)


async def test_where_one_test_speaks_two_samples_that_differ_are_a_question(state: Path) -> None:
    said = (TOTAL.format(" * count"), TOTAL.format(" + count + 1"))
    found = await search(state, UNWRITTEN, WEAK, said)
    assert found.fixes == ()
    (question,) = [each.ambiguity for each in found.session.findings.values() if each.ambiguity]
    price, count = ast.literal_eval(question.call.removeprefix("total"))
    assert {answer for answer, _ in question.answers} == {repr(price * count), repr(price + count + 1)}


async def test_where_one_test_speaks_two_samples_that_agree_are_offered(state: Path) -> None:
    said = (TOTAL.format(" * count"), TOTAL.format(" * (count + 0)"))
    assert (await search(state, UNWRITTEN, WEAK, said)).programs == list(said)


async def test_where_three_tests_speak_one_sample_is_enough(state: Path) -> None:
    tests = WEAK + "".join(
        f"\n\ndef test_{count}():\n    assert total(2, {count}) == {2 * count}\n" for count in (0, 7)
    )
    said = (TOTAL.format(" * count"), TOTAL.format(" + count + 1"))
    found = await search(state, UNWRITTEN, tests, said)
    assert (found.programs, found.calls) == ([said[0]], 1)


async def test_a_likelier_program_goes_before_an_edit_that_only_fits_one_weak_test(state: Path) -> None:
    found = await search(state, TOTAL.format(" + count"), WEAK, (TOTAL.format(" * count"),))
    assert found.programs[0] == TOTAL.format(" * count")


TWO = WEAK + "\n\ndef test_more():\n    assert total(4, 5) == 20\n"


@pytest.mark.parametrize("said", [None, (), ("def total(price count:\n",)], ids=["nobody", "nothing", "no Python"])
async def test_two_tests_do_for_a_slip_where_no_model_failed(state: Path, said: tuple[str, ...] | None) -> None:
    found = await search(state, TOTAL.format(" + count"), TWO, said)
    assert found.programs == [TOTAL.format(" * count")]


async def test_two_tests_do_not_where_a_model_failed_at_it(state: Path) -> None:
    found = await search(state, TOTAL.format(" + count"), TWO, (TOTAL.format(" - count"),))
    assert found.fixes == ()


async def test_once_a_model_has_no_more_to_say_the_edits_go_on(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("winnow.repair.rungs.edited.SHARE", 0.0)
    monkeypatch.setattr("winnow.repair.rungs.meanwhile.SHARE", 0.0)
    tests = TWO + "\n\ndef test_none():\n    assert total(3, 0) == 0\n"
    found = await search(state, "def total(price, count):\n    return price + count if count else 0\n", tests, ())
    assert found.programs == ["def total(price, count):\n    return price * count if count else 0\n"]


async def test_what_a_model_adds_to_show_its_work_is_left_out(state: Path) -> None:
    shown = TOTAL.format(" * count") + "\n\nassert total(2, 3) == 6\nprint(total(1, 1))\n"
    found = await search(state, "def total(price, count):\n    return None\n", WEAK, (shown,))
    assert found.programs[0].rstrip() == TOTAL.format(" * count").rstrip()


async def test_what_mended_a_line_is_tried_where_that_line_stands_again_in_a_later_session(state: Path) -> None:
    odd, right = TOTAL.format(".title()"), TOTAL.format(".upper() + count * '!'")
    tests = "from shop import total\n" + "".join(
        f"\n\ndef test_{word}():\n    assert total('{word}', {len(word)}) == '{word.upper()}{len(word) * '!'}'\n"
        for word in ("a", "go", "now")
    )
    assert (await search(state, odd, tests, (right,))).programs == [right]
    found = await search(state, odd, tests)
    assert found.programs == [right]
    assert "as before" in found.fixes[0].title
    (lesson,) = found.session.lessons
    assert (lesson.helped, lesson.tried) == (2, 2)


async def test_a_lesson_that_never_helped_is_not_tried_any_more(state: Path) -> None:
    program = TOTAL.format(" + count")
    vain = Lesson(before=("return price + count",), after=("    return 0",), title="return 0", tried=9)
    async with opened(state, program, WEAK) as session:
        session.lessons = (vain,)
        await repair(session.folders[0], session, session.failing(session.folders[0]))
        assert all(each.tried == vain.tried for each in session.lessons if each == vain)


def test_a_lesson_of_several_lines_ends_them_as_the_file_does() -> None:
    text = Text.of(TOTAL.format(" + count").replace("\n", "\r\n"))
    document = Document(uri="file:///shop.py", language="python", version=1, text=text)
    scene = cast("Scene", SimpleNamespace(snapshot=Snapshot(revision=1, documents={document.uri: document})))
    lesson = Lesson(before=("return price + count",), after=("price *= count", "return price"), title="multiply")
    suspect = Suspect(path="/shop.py", start_line=0, end_line=1, unit="total", score=1.0)
    (edit,) = recalled.applied(lesson, suspect, scene)
    mended = apply([edit], scene.snapshot)[document.uri]
    assert mended == "def total(price, count):\r\n    price *= count\r\n    return price\r\n"


async def test_a_program_that_leaves_a_test_of_the_same_function_red_is_not_offered(state: Path) -> None:
    tests = WEAK + "\n\ndef test_none():\n    assert total(7, 0) == 0\n"
    half = "def total(price, count):\n    return price * max(count, 1)\n"
    found = await search(state, "def total(price, count):\n    return None\n", tests, (half, TOTAL.format(" * count")))
    assert found.programs == [TOTAL.format(" * count")]


async def test_a_file_that_does_not_parse_is_mended_as_a_whole(state: Path) -> None:
    within = "def test_total():\n    from shop import total\n\n    assert total(2, 3) == 6\n"
    found = await search(state, TOTAL.format(" * (count"), within, (TOTAL.format(" * count"),))
    assert found.programs == [TOTAL.format(" * count")]


async def test_an_open_file_that_is_nested_too_deeply_to_be_read_ends_no_search(state: Path) -> None:
    said = TOTAL.format(" * count")
    async with opened(state, UNWRITTEN, WEAK) as session:
        deep = Text.of(f"VALUE = {'+'.join('1' * 20_000)}\n")
        uri = uri_of(str(state / "project" / "deep.py"))
        session.workspace.put(Document(uri=uri, language="python", version=1, text=deep))
        model = RecordedAttempts({"attempts": [{"code": said}]})
        failing = session.failing(session.folders[0])
        assert await repair(session.folders[0], replace(session, provider=model), failing[:1])


async def test_a_closed_file_that_is_not_utf_8_is_left_out_and_ends_no_search(state: Path) -> None:
    folder = state / "project"
    folder.mkdir()
    (folder / "rates.py").write_bytes("# coding: latin-1\ndef rate(name='café'):\n    return 1\n".encode("latin-1"))
    program = "from rates import rate\n\n\ndef total(price, count):\n    return price + count * rate()\n"
    found = await search(state, program, WEAK, (program.replace("+", "*"),))
    assert found.programs
    assert uri_of(str(folder / "rates.py")) not in found.fixes[0].snapshot.documents


def test_a_statement_of_hundreds_of_branches_is_told_by_its_text() -> None:
    text = "def f(x):\n    if x: pass\n" + "    elif x: pass\n" * 400
    assert Programs().shape(text) == text
    assert made_whole(text, text) == text


def test_what_a_model_left_out_of_a_file_stays_with_the_imports_it_needs() -> None:
    before = "import math\n\n\ndef area(r):\n    return math.pi * r\n\n\ndef total(a, b):\n    return a\n"
    assert made_whole("def total(a, b):\n    return a * b\n", before) == (
        "import math\ndef total(a, b):\n    return a * b\n\n\ndef area(r):\n    return math.pi * r\n"
    )
