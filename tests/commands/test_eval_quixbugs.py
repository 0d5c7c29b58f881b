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

TEST = """
from python_programs.count_down import count_down
from load_testdata import load_json_testcases
import pytest

@pytest.mark.parametrize("given,wanted", load_json_testcases("count_down"))
def test_count_down(given, wanted):
    assert count_down(*given) == wanted
"""
CORRECT = "def count_down(n):\n    out = []\n    while n > 0:\n        out.append(n)\n        n -= 1\n    return out\n"


def problem(buggy: str) -> dict[str, object]:
    cases = [[[0], []], [[1], [1]], [[3], [3, 2, 1]]]
    return {"name": "count_down", "buggy": buggy, "correct": CORRECT, "test": TEST, "json_testcases": cases}


def test_a_loop_that_never_ends_is_repaired_and_the_repair_judged_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "problems.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(problem(CORRECT.replace("-= 1", "+= 1"))).encode()))
    assert main(["eval", "quixbugs", str(file), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["n"], figures["solved"], figures["wrong"]) == (1, 1, 0)


def test_a_repair_that_passes_the_tests_and_is_wrong_elsewhere_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    area = "def count_down(a, b):\n    return {}\n"
    cases = [[[2, 3], 6], [[1, 5], 5], [[4, 2], 8], [[5, 1], 5], [[2, 7], 14]]
    made = {**problem(area.format("a + b")), "correct": area.format("0 if a == 3 else a * b"), "json_testcases": cases}
    file = tmp_path / "problems.jsonl"
    file.write_text(json.dumps(made))
    assert main(["eval", "quixbugs", str(file)]) == 0
    told = capsys.readouterr().out
    assert "WRONG" in told
    assert json.loads(told.splitlines()[-1])["wrong"] == 1


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "problems.jsonl"
    file.write_text("no JSON\n")
    assert main(["eval", "quixbugs", str(file)]) == 2
    assert "cannot be read as problems" in capsys.readouterr().err


def test_an_endpoint_that_does_not_answer_is_said_and_nothing_measured_in_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    file = tmp_path / "problems.jsonl"
    file.write_text(json.dumps(problem(CORRECT)))
    assert main(["eval", "quixbugs", str(file), "--provider", "openai", "--json"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Nothing listens at http://127.0.0.1:9" in told.err
