from __future__ import annotations

import gzip
import json
import sys
from typing import TYPE_CHECKING

import pytest

from winnow.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tests run in forks")


def problem(name: str, attempts: list[tuple[str, bool]], *, visible_ok: bool = False) -> dict[str, object]:
    program = "def triple(n):\n    return {}\n"
    return {
        "fix_id": f"made/{name}",
        "task_id": name,
        "visible_tests": ["assert triple(2) == 6"],
        "hidden_test": "assert triple(5) == 15",
        "buggy": {"code": program.format("None"), "passed": visible_ok},
        "attempts": [{"code": program.format(value), "passed": passed} for value, passed in attempts],
    }


def test_recorded_attempts_are_tried_in_order_and_the_hidden_tests_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problems = [
        problem("solvable", [("n", False), ("n * 3", True)]),
        problem("misleading", [("n + 4", False)]),
        problem("no failure", [], visible_ok=True),
    ]
    file = tmp_path / "problems.jsonl.gz"
    file.write_bytes(gzip.compress("".join(json.dumps(each) + "\n" for each in problems).encode()))
    assert main(["eval", "fixes", str(file), "--json", "--seconds", "30"]) == 0
    figures = json.loads(capsys.readouterr().out)
    figures.pop("median_seconds")
    assert figures == {"n": 2, "offered": 2, "right": 1, "solvable": 1, "solved": 1, "model_calls": 3}


def test_a_file_that_holds_no_problems_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "problems.jsonl"
    file.write_text("[1, 2]\n")
    assert main(["eval", "fixes", str(file)]) == 2
    assert "cannot be read as problems" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["nowhere", "http://127.0.0.1:1/v1"], ids=["no address", "nobody answers"])
def test_an_endpoint_that_cannot_be_asked_is_said_so_and_nothing_is_measured(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    file = tmp_path / "problems.jsonl"
    file.write_text(json.dumps(problem("any", [])) + "\n")
    assert main(["eval", "fixes", str(file), "--provider", "openai", "--seconds", "1"]) == 2
    said = capsys.readouterr()
    assert (address in said.err, said.out) == (True, "")
