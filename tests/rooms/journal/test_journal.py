"""The journal keeps what it acknowledged, and never raises into the server."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.commands.mending import Silence
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
    Usage,
)
from winnow.facts import TestOutcome as Ended
from winnow.facts import TestResult as Ran
from winnow.journal import Journal, Lesson, explain, shipped_prior, state_directory
from winnow.journal.rows import MESSAGE_KEPT, decision_of, decision_values
from winnow.journal.schema import DECISIONS_KEPT, KEPT, PROMPTS_KEPT
from winnow.session import Session
from winnow.settings import Settings
from winnow.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

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


USAGE = Usage(
    at=0.0, origin=Origin(provider="replay", model="m"), purpose="fix", prompt=1, answer=1, seconds=1.0, counted=True
)


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
    for at, (each, helped) in enumerate(((lesson, True), (other, True), (lesson, False), (lesson, True))):
        journal.teach(each, float(at), helped=helped)
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


def test_a_journal_of_version_4_brings_its_lessons_and_what_was_learned_of_the_person(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    journal.append(decision())
    journal.close()
    attempts = [(at, '[["x"],["y"]]', "write y", "", helped) for at, helped in enumerate((True, False, True))]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "DROP TABLE lesson; DROP INDEX decision_by_time; PRAGMA user_version = 4; CREATE TABLE lesson (row INTEGER "
            "PRIMARY KEY, at REAL, lines TEXT, title TEXT, explanation TEXT, helped INTEGER)"
        )
        connection.executemany("INSERT INTO lesson VALUES (NULL, ?, ?, ?, ?, ?)", attempts)
        connection.executemany(
            "INSERT INTO person VALUES (?, ?, ?)", [(n, n, f'{{"observed":{n}}}') for n in (7, 8, 9)]
        )
        connection.commit()
    for _ in range(2):
        again = Journal.open(path)
        assert not again.trouble
        assert [row.decision for row in again.decisions(9)] == [decision()]
        assert [(each.before, each.helped, each.tried) for each in again.lessons(9)] == [(("x",), 2, 3)]
        assert again.person() == {"observed": 9}
        again.close()


def test_the_person_takes_one_row_however_often_something_is_learned(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    for observed in range(5):
        journal.save_person({"observed": observed})
    journal.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT learned FROM person").fetchall() == [('{"observed":4}',)]


def test_what_several_servers_learn_of_the_person_adds_up(tmp_path: Path) -> None:
    def one_more(stored: dict[str, Any] | None) -> dict[str, Any]:
        return {"observed": (stored or {}).get("observed", 0) + 1}

    journals = [Journal.open(tmp_path / "journal.sqlite") for _ in range(3)]
    for number in range(60):
        journals[number % 3].change_person(one_more)
    for journal in journals:
        journal.close()
    reader = Journal.open(tmp_path / "journal.sqlite")
    assert reader.person() == {"observed": 60}
    reader.close()


def test_a_change_of_the_person_that_fails_costs_neither_what_is_stored_nor_the_rest(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.save_person({"observed": 1})
    journal.change_person(lambda stored: {"observed": (stored or {})["absent"]})
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    assert journal.person() == {"observed": 1}
    journal.close()


def test_old_decisions_and_what_became_of_them_are_forgotten_and_what_was_learned_stays(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    journal.save_person({"observed": 1})
    for identity, age in (("old", KEPT.total_seconds() + 1), ("fresh", 60.0), ("latest", 0.0)):
        journal.append(replace(decision(identity), at=1.7e9 - age))
        journal.record(Feedback(candidate_id=f"c{identity}", fate=Fate.KEPT, at=1.7e9))
    journal.close()
    again = Journal.open(path)
    again.append(decision("new"))  # the first of a session makes room
    assert [(row.decision.id, len(row.fates)) for row in again.decisions(9)] == [
        ("new", 0),
        ("latest", 1),
        ("fresh", 1),
    ]
    assert again.person() == {"observed": 1}
    again.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM feedback").fetchone() == (2,)


def test_a_decision_of_a_clock_that_was_ahead_makes_no_other_old(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    now = time.time()
    for identity, at in (("old", now - KEPT.total_seconds() - 60), ("fresh", now), ("ahead", now + 3e8)):
        journal.append(replace(decision(identity), at=at))
        journal.spend(replace(USAGE, at=at))
    journal.close()
    again = Journal.open(path)
    again.append(replace(decision("new"), at=now))
    assert [row.decision.id for row in again.decisions(9)] == ["new", "ahead", "fresh"]
    assert again.spent()[0].requests == 2
    again.close()


def test_of_a_long_session_the_latest_decisions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    journal.append(decision("first"))
    journal.append(decision("last"))
    journal.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE decision SET row = ? WHERE id = 'last'", (DECISIONS_KEPT,))
        connection.commit()
    again = Journal.open(path)
    again.append(decision("new"))
    assert [row.decision.id for row in again.decisions(9)] == ["new", "last"]
    again.close()


def test_of_what_tests_said_a_row_keeps_the_beginning_and_of_tests_that_passed_that_they_did() -> None:
    told = decision()
    assert told.evidence is not None
    (failed,) = told.evidence.tests
    long = replace(failed, message="x" * 4_000)
    passed = replace(failed, outcome=Ended.PASSED)
    values = decision_values(replace(told, evidence=replace(told.evidence, tests=(long, passed))))
    kept = decision_of((0, *values[:6], values[-1])).evidence
    assert kept is not None
    assert kept.tests[0] == replace(failed, message="x" * MESSAGE_KEPT)
    assert kept.tests[1] == Ran(test=failed.test, outcome=Ended.PASSED, seconds=failed.seconds)


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


@pytest.mark.parametrize(
    "unfit",
    [
        {"candidate_id": None},
        {"characters": {}},
        {"characters": None},
        {"characters": 2**70},
        {"candidate_id": "\ud800"},
    ],
    ids=["no name", "no number", "nothing", "a number too large", "half a character"],
)
def test_a_fact_that_no_row_can_hold_costs_neither_the_others_nor_the_file(
    tmp_path: Path, unfit: dict[str, Any]
) -> None:
    path = tmp_path / "journal.sqlite"
    journal = Journal.open(path)
    journal.append(decision())
    taken = Feedback(candidate_id="c1", fate=Fate.ACCEPTED, at=1.0)
    journal.record(replace(taken, **unfit))
    journal.append(decision("later"))
    assert [row.decision.id for row in journal.decisions(5)] == ["later", "d1"]
    journal.close()
    assert not journal.trouble
    reader = Journal.open(path)
    assert len(reader.decisions(5)) == 2
    reader.close()


def test_where_nothing_can_be_written_it_goes_on_in_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder should be")
    journal = Journal.open(blocked / "journal.sqlite")
    assert "goes on in memory" in journal.trouble
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    journal.close()


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY, sqlite3.SQLITE_BUSY_SNAPSHOT])
def test_a_file_that_another_server_holds_is_waited_for(tmp_path: Path, code: int) -> None:
    class Held:
        """A connection to a file that another server holds at the first attempt to write."""

        def __init__(self, connection: sqlite3.Connection) -> None:
            self.connection, self.held = connection, True

        def __enter__(self) -> None:
            if self.held:
                self.held = False
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = code
                raise error
            self.connection.__enter__()

        def __exit__(self, *error: object) -> None:
            self.connection.__exit__(*error)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> Any:
            return getattr(self.connection, name)

    journal = Journal.open(tmp_path / "journal.sqlite")
    held = Held(journal._connection)
    journal._connection = held  # type: ignore[assignment]
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    assert not held.held
    journal.close()
    assert not journal.trouble


def test_a_new_file_that_several_servers_open_at_once_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Contested(sqlite3.Connection):
        """A connection to a file whose journal mode another server is just changing."""

        refused = 0

        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if "journal_mode" in statement and Contested.refused < 3:
                Contested.refused += 1
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error
            return super().execute(statement, *values)

    connect: Any = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **named: connect(*given, **named, factory=Contested))
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.close()
    assert Contested.refused == 3
    assert not journal.trouble


def test_who_reads_or_closes_waits_for_no_more_to_gather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("winnow.journal.journal._MOMENT", 60.0)
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    journal.append(decision("later"))
    journal.close()
    reader = Journal.open(tmp_path / "journal.sqlite")
    assert len(reader.decisions(5)) == 2
    reader.close()


async def test_nobody_waits_for_what_a_closed_journal_writes(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.close()
    journal.append(decision())
    await asyncio.wait_for(journal.flush(), 5.0)


def test_a_full_disk_costs_the_file_but_not_the_server(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.sqlite")
    journal.append(decision())
    assert len(journal.decisions(5)) == 1
    journal._connection.execute("PRAGMA max_page_count = 1")
    for number in range(200):
        journal.append(decision(f"later{number}", text="x" * 1000))
    assert journal.decisions(500)
    assert "full" in journal.fresh_trouble()
    assert not journal.fresh_trouble()
    journal.close()


def test_trouble_that_comes_while_the_journal_is_kept_is_told_the_person_once(tmp_path: Path) -> None:
    class Listener(Silence):
        def say(self, message: str) -> None:
            said.append(message)

    said: list[str] = []
    journal = Journal.open(tmp_path / "journal.sqlite")
    rest: Any = None
    session = Session(
        settings=Settings(),
        client=Listener(),
        workspace=Workspace(),
        journal=journal,
        index=rest,
        gate=rest,
        provider=rest,
        embedded=rest,
    )
    session.decide(decision())
    assert journal.decisions(1)
    journal._connection.execute("PRAGMA max_page_count = 1")
    for number in range(200):
        session.decide(decision(f"later{number}", text="x" * 1000))
    assert journal.decisions(1)
    session.decide(decision("at last"))
    session.decide(decision("and again"))
    journal.close()
    assert len(said) == 1
    assert "full" in said[0]


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


def test_an_explanation_of_a_fix_says_what_it_is_and_no_chance() -> None:
    opinion = Opinion(reason=Reason.SHOWN, probability=1.0, threshold=1.0)
    fix = replace(decision(), kind="fix", detail="compare with >: 5 tests passed.", opinion=opinion)
    assert explain(fix) == "Shown. Compare with >: 5 tests passed."


def test_the_state_directory_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WINNOW_STATE", str(tmp_path))
    assert state_directory() == tmp_path
    assert shipped_prior()["format"] == 2
