from __future__ import annotations

import gzip
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from winnow.__main__ import main
from winnow.commands.eval_candidates import MIXED, Task, Verdict, drawn, figures_of, half_of, interval

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = "def double(n):\n    return n * 2\n"
ALSO_RIGHT = "def double(n):\n    return n + n\n"
WRONG = "def double(n):\n    return n ** 2\n"  # as double(2) == 4 cannot tell
REFUTED = "def double(n):\n    return n\n"
HOSTILE = "import os\n\ndef double(n):\n    open({path!r}, 'w').close()\n    return n * 2\n"


def task(*programs: tuple[str, bool], name: str = "T/1") -> dict[str, Any]:
    return {
        "task_id": name,
        "prompt": 'def double(n):\n    """Twice the number."""\n',
        "entry_point": "double",
        "visible_tests": ["assert double(2) == 4"],
        "programs": [{"code": code, "passed": passed} for code, passed in programs],
        "candidates": [{"model": f"model {n % 2}", "prog": n, "censored_source": False} for n in range(len(programs))],
    }


def measured(path: Path, capsys: pytest.CaptureFixture[str], *tasks: dict[str, Any]) -> dict[str, dict[str, float]]:
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, tasks)).encode()))
    assert main(["eval", "candidates", str(path), "--json"]) == 0
    figures: dict[str, dict[str, float]] = json.loads(capsys.readouterr().out)
    return figures


@pytest.mark.skipif(sys.platform == "win32", reason="the host forks")
def test_the_program_that_others_agree_with_is_picked_where_the_visible_test_cannot_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = ((WRONG, False), (RIGHT, True), (ALSO_RIGHT, True), (RIGHT + "\n", True), (REFUTED, False))
    figures = measured(tmp_path / "tasks.jsonl.gz", capsys, task(*programs))
    assert list(figures) == ["mixed", "model 0", "model 1"]
    assert figures["mixed"].keys() == {"n", "shown", "right", "pick", "random", "visible_first", "best"}
    assert (figures["mixed"]["n"], figures["mixed"]["pick"], figures["mixed"]["random"]) == (1, 1.0, 0.6)


@pytest.mark.skipif(sys.platform == "win32", reason="the host forks")
def test_a_program_writes_nothing_outside_its_sandbox_and_ends_only_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = tmp_path / "written"
    programs = ((HOSTILE.format(path=str(there)), False), ("import os\nos._exit(3)\n", False), (RIGHT, True))
    figures = measured(tmp_path / "tasks.jsonl.gz", capsys, task(*programs))
    assert not there.exists()
    assert figures["mixed"]["n"] == 1


@pytest.mark.parametrize("content", [b"no JSON\n", b'{"task_id": "T/1"}\n', b"\x1f\x8bnot gzip"])
def test_what_cannot_be_read_is_said(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_bytes(content)
    assert main(["eval", "candidates", str(file)]) == 2
    assert "cannot be read as tasks" in capsys.readouterr().err


def test_an_empty_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tasks.jsonl").write_text("")
    assert main(["eval", "candidates", str(tmp_path / "tasks.jsonl")]) == 2
    assert "nothing to choose" in capsys.readouterr().err


def test_a_draw_can_be_drawn_again_takes_none_twice_and_every_model_in_turn() -> None:
    answers = {"many": tuple(range(90)), "one": (90,), "two": (91, 92)}
    pool = Task(name="T/1", prompt="", function="f", visible=(), programs=(), right=(), answers=answers)
    for seed in range(20):
        five = drawn(pool, MIXED, 5, seed)
        assert five == drawn(pool, MIXED, 5, seed)
        assert len(set(five)) == 5
        assert {90, 91, 92} <= set(five)
        assert drawn(pool, "one", 5, seed) == (90,)


def test_variants_of_a_problem_are_in_the_same_half() -> None:
    assert half_of("MBPP/123") == half_of("MPL/mbpp_123_amicable_numbers_sum") == half_of("MBPPs/123")
    assert half_of("HumanEval/95") == half_of("MPL/HumanEval_95_check_dict_case")
    assert {half_of(f"MBPP/{n}") for n in range(20)} == {"fitted", "held-out"}


def test_an_interval_holds_the_share_and_narrows_with_the_count() -> None:
    wide, narrow = interval(0.9, 10), interval(0.9, 1000)
    assert wide[0] < narrow[0] < 0.9 < narrow[1] < wide[1]
    assert interval(0.0, 0) == (0.0, 1.0)


def test_nothing_shown_is_no_error() -> None:
    verdict = Verdict(shown=False, pick=True, random=0.5, visible_first=False, best=True)
    assert figures_of([verdict])["right"] == 0.0
