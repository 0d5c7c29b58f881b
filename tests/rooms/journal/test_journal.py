"""The journal keeps what it acknowledged, and never raises into the server."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from winnow.facts import (
    Candidate,
    Decision,
    Edit,
    Evidence,
    Fate,
    Feedback,
    Frame,
    Opinion,
    Origin,
    Outcome,
    Reason,
)
from winnow.facts import TestOutcome as Ended
from winnow.facts import TestResult as Ran
from winnow.journal import Journal, Lesson, explain, shipped_prior, state_directory
from winnow.journal.schema import PROMPTS_KEPT, decision_of, decision_values

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

WRITER = """
import asyncio, sys
from winnow.facts import Decision, Reason
from winnow.journal import Journal

async def write(path):
    journal = Journal.open(path)
    number = 0
    while True:
        journal.append(Decision(id=str(number), at=1.0, uri="u", language="python", kind="completion",
                                reason=Reason.EMPTY, detail=""))
        await journal.flush()
        print(number, flush=True)
        number += 1

asyncio.run(write(sys.argv[1]))
"""


def decision(identity: str = "d1", text: str = "return 1", reason: Reason = Reason.SHOWN) -> Decision:
    failed = Ran(
        test="tests/test_a.py::test_a",
        outcome=Ended.FAILED,
        seconds=0.01,
        message="assert 3 == 2",
        frames=(Frame(path="a.py", line=3, name="a"),),
    )
    return Decision(
        id=identity,
        at=1700000000.5,
        uri="file:///a.py",
        language="python",
        kind="completion",
        reason=reason,
        detail="p 0.71",
        opinion=Opinion(
            reason=reason,
            probability=0.71,
            threshold=0.1,
            features={"characters": 8.0, "paused": None},
            weighed=(("its tests passed", 1.25), ("its lines: 3", -0.5)),
        ),
        candidate=Candidate(
            id=f"c{identity}",
            edits=(Edit(uri="file:///a.py", start=3, end=3, text=text),),
            versions={"file:///a.py": 4},
            origin=Origin(provider="replay", model="m"),
            logprobs=(-0.5, -1.0),
        ),
        evidence=Evidence(parses=True, outcome=Outcome.FAILED, tests=(failed,), selected=1, seconds=0.02),
        timings={"answer": 12.0},
    )


async def test_a_decision_comes_back_as_it_was_with_what_became_of_it(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "state" / "journal.sqlite")
    journal.append(decision())
    journal.append(decision("d2"))
    journal.record(Feedback(candidate_id="cd1", fate=Fate.ACCEPTED, at=2.0, characters=8))
    await journal.flush()
    second, first = journal.decisions(10)
    assert (first.decision, second.decision) == (decision(), decision("d2"))
    assert [each.fate for each in first.fates] == [Fate.ACCEPTED]
    assert journal.decisions(10, "file:///elsewhere.py") == []
    assert [row.decision.id for row in journal.decisions(1)] == ["d2"]
    journal.close()


def test_what_was_sent_is_kept_word_for_word_for_the_latest_candidates_alone(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    for number in range(PROMPTS_KEPT + 2):
        made = decision(f"d{number}")
        assert made.candidate is not None
        journal.append(replace(made, candidate=replace(made.candidate, prompt=f"[user]\nNo. {number} ")))
    assert journal.prompt("cd0") == ""
    assert journal.prompt("cd2") == "[user]\nNo. 2 "
    assert journal.prompt(f"cd{PROMPTS_KEPT + 1}") == f"[user]\nNo. {PROMPTS_KEPT + 1} "
    journal.close()


@given(st.text())
def test_any_text_that_a_model_may_write_survives_the_way_into_a_row_and_back(text: str) -> None:
    values = (0, *decision_values(decision(text=text))[:6], decision_values(decision(text=text))[-1])
    assert decision_of(values).candidate == decision(text=text).candidate


def test_what_was_learned_last_is_what_is_found(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    assert journal.person() is None
    journal.save_person({"version": 1, "observed": 1})
    journal.save_person({"version": 1, "observed": 2})
    journal.close()
    again = Journal.open(path)
    assert again.person() == {"version": 1, "observed": 2}
    again.close()


def test_a_lesson_comes_back_with_how_often_it_helped(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    lesson = Lesson(before=("a < b",), after=("    a <= b",), title="compare with <=")
    other = Lesson(before=("x",), after=("y", "z"), title="write y", explanation="It was x.")
    journal = Journal.open(path)
    for each, helped in ((lesson, True), (other, True), (lesson, False), (lesson, True)):
        journal.teach(each, 1.0, helped=helped)
    journal.close()
    again = Journal.open(path)
    assert [(each, each.helped, each.tried) for each in again.lessons(9)] == [(other, 1, 1), (lesson, 2, 3)]
    assert again.lessons(1) == (lesson,)
    assert again.lessons(9)[0].explanation == other.explanation
    again.close()


def test_a_journal_of_an_older_version_learns_lessons_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    Journal.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE lesson; PRAGMA user_version = 3")
    journal = Journal.open(path)
    lesson = Lesson(before=("x",), after=("y",), title="write y")
    journal.teach(lesson, 1.0, helped=True)
    assert journal.lessons(9) == (lesson,)
    journal.close()


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.append(decision())
    journal.close()
    assert (tmp_path / "journal.sqlite").stat().st_mode & 0o777 == 0o600


def test_killing_the_writer_loses_no_acknowledged_row(tmp_path: Path) -> None:
    for attempt in range(4):
        path = tmp_path / f"{attempt}.sqlite"
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            acknowledged = [int(writer.stdout.readline()) for _ in range(20 * (attempt + 1))][-1]
            writer.send_signal(signal.SIGKILL)
            acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.strip())])
        journal = Journal.open(path)
        kept = {int(row.decision.id) for row in journal.decisions(10_000)}
        journal.close()
        assert journal.trouble == ""
        assert set(range(acknowledged + 1)) <= kept


def test_a_damaged_journal_is_moved_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    path.write_bytes(b"this is no database at all, though it is long enough to look at" * 100)
    journal = Journal.open(path)
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    assert "moved to" in journal.trouble
    assert list(tmp_path.glob("journal.sqlite.damaged-*"))
    journal.close()


def test_where_nothing_can_be_written_it_goes_on_in_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    journal = Journal.open(blocked / "journal.sqlite")
    assert "goes on in memory" in journal.trouble
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    journal.close()


def test_a_full_disk_costs_the_file_but_not_the_server(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    journal._connection.execute("PRAGMA max_page_count = 1")
    for number in range(200):
        journal.append(decision(f"later{number}", text="x" * 1000))
    assert journal.decisions(500)
    assert "full" in journal.trouble
    journal.close()


def test_a_journal_of_a_newer_winnow_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    journal = Journal.open(path)
    assert "newer Winnow" in journal.trouble
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    journal.close()
    assert not list(tmp_path.glob("*.damaged-*"))


def test_several_servers_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journals = [Journal.open(path) for _ in range(3)]
    for number in range(60):
        journals[number % 3].append(decision(str(number)))
    for journal in journals:
        journal.close()
    reader = Journal.open(path)
    assert {row.decision.id for row in reader.decisions(100)} == {str(number) for number in range(60)}
    assert not any(journal.trouble for journal in journals)
    reader.close()


def test_an_explanation_says_the_reason_the_chance_what_weighed_and_the_tests() -> None:
    shown = explain(decision(reason=Reason.SHOWN))
    assert "The chance that you take it is 71%, above the 10% that it takes" in shown
    assert "its tests passed (+1.2); its lines: 3 (-0.5)" in shown
    refuted = explain(decision(reason=Reason.REFUTED))
    assert "it is wrong" in refuted
    assert "assert 3 == 2" in refuted


def test_the_state_directory_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WINNOW_STATE", str(tmp_path))
    assert state_directory() == tmp_path
    assert shipped_prior()["format"] == 2
