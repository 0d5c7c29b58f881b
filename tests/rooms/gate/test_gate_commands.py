"""The commands that measure the gate, carry what it learned, and say and draw what it decided."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from winnow.__main__ import main
from winnow.facts import Decision, Fate, Feedback, Opinion, Reason
from winnow.gate.events import Event
from winnow.gate.measure import auc, average_precision, calibration_error
from winnow.journal import JOURNAL, Journal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WINNOW_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def event(number: int, **changes: Any) -> dict[str, Any]:
    good = number % 3 == 0
    return {
        "source": "made",
        "user": f"u{number % 4}",
        "session": f"s{number % 4}",
        "ts_ms": 1_700_000_000_000 + 20_000 * number,
        "prefix": "def total(prices):\n    return ",
        "suffix": "\n",
        "suggestion": f"sum(prices) + {number}" if good else ")",
        "doc_len": 31,
        "cursor": 30,
        "requested": 0,
        "lp_mean": -0.1 if good else -3.0,
        "accepted": int(good),
        **changes,
    }


def test_evaluate_reports_every_measure_with_intervals_and_names_bad_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "events.jsonl.gz"
    lines = [json.dumps(event(number)) for number in range(60)]
    path.write_bytes(gzip.compress("\n".join([*lines[:30], "{", '{"source": 1}', *lines[30:]]).encode()))
    assert main(["gate", "evaluate", str(path), "--json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert set(report) == {"prior", "online"}
    row = report["online"]["made"]
    assert row["n"] == 60
    assert row["auc"] > 0.9
    assert set(row["intervals"]) == set(row) - {"n", "intervals"}
    assert "events.jsonl.gz:31 is left out" in said.err
    assert main(["gate", "evaluate", str(path), "--learn-from-all"]) == 0
    assert "rejected hidden" in capsys.readouterr().out


def test_evaluate_says_what_is_wrong_with_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, torn = tmp_path / "empty.jsonl", tmp_path / "torn.jsonl.gz"
    empty.write_text("")
    torn.write_bytes(gzip.compress(b"{}" * 1000)[:20])
    for path in (empty, torn, tmp_path / "absent"):
        assert main(["gate", "evaluate", str(path)]) == 1
        assert capsys.readouterr().err


def test_what_was_learned_is_exported_imported_and_reset(
    tmp_path: Path, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "me.json"
    assert main(["gate", "export", str(out)]) == 0
    learned = json.loads(out.read_text())
    out.write_text(json.dumps({**learned, "observed": 12}))
    assert main(["gate", "import", str(out)]) == 0
    journal = Journal.open(state / JOURNAL)
    assert (journal.person() or {})["observed"] == 12
    journal.close()
    assert main(["gate", "reset"]) == 0
    out.write_text('{"version": 99}')
    assert main(["gate", "import", str(out)]) == 1
    assert "update Winnow" in capsys.readouterr().err


def test_why_and_report_speak_of_the_journal(tmp_path: Path, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why"]) == 0
    assert "Nothing has been decided yet" in capsys.readouterr().out
    journal = Journal.open(state / JOURNAL)
    for number, reason in enumerate((Reason.SHOWN, Reason.UNLIKELY, Reason.PAUSED)):
        opinion = Opinion(reason=reason, probability=0.3, threshold=0.1, weighed=(("characters", 1.0),))
        journal.append(
            Decision(
                id=str(number),
                at=1_700_000_000.0,
                uri="file:///<b>.py",
                language="<i>",
                kind="completion",
                reason=reason,
                detail="Winnow is paused.",
                opinion=None if reason is Reason.PAUSED else opinion,
                timings={"answer": 10.0},
            )
        )
    journal.record(Feedback(candidate_id="c", fate=Fate.ACCEPTED, at=1.0))
    journal.close()
    assert main(["why", "--last", "3", "--prompt"]) == 0
    assert "Silent: Winnow is paused" in capsys.readouterr().out
    assert main(["why", "--json"]) == 0
    assert [json.loads(line)["reason"] for line in capsys.readouterr().out.splitlines()][-1] == "paused"
    page = tmp_path / "report.html"
    assert main(["report", "--out", str(page)]) == 0
    html = page.read_text()
    assert "http" not in html.replace("http-equiv", "")
    assert "<i>" not in html.split("</style>")[1].partition('class="numbers"')[2]


def test_evaluate_leaves_out_lines_that_are_no_events_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {"lp_mean": "x", "ts_ms": float("nan"), "cursor": "9", "user": None, "edit_600": float("inf")}
    lines = [json.dumps(event(number, accepted=0)) for number in range(12)]
    lines += [json.dumps(event(0, **{name: value})) for name, value in bad.items()]
    path = tmp_path / "events.jsonl"
    path.write_bytes("\n".join([*lines, "[]", "7", "{"]).encode() + b"\n\xff\xfe\n")
    assert main(["gate", "evaluate", str(path), "--json"]) == 0
    said = capsys.readouterr()
    assert said.err.count(" is left out: ") == len(bad) + 4
    assert "ts_ms cannot be nan" in said.err
    row = json.loads(said.out)["prior"]["made"]
    assert row["n"] == 12
    assert row["auc"] is row["accepted_hidden"] is row["intervals"]["auc"] is None
    assert main(["gate", "evaluate", str(path)]) == 0
    assert "not measurable here" in capsys.readouterr().out


def test_measures_agree_with_their_definitions() -> None:
    import numpy as np  # noqa: PLC0415 - only here

    accepted = np.array([True, False, True, False])
    assert auc(accepted, np.array([0.9, 0.1, 0.8, 0.2])) == 1.0
    assert auc(accepted, np.array([0.5, 0.5, 0.5, 0.5])) == 0.5
    assert average_precision(accepted, np.array([0.9, 0.8, 0.1, 0.2])) == pytest.approx((1 + 2 / 4) / 2)
    assert calibration_error(accepted, np.array([1.0, 0.0, 1.0, 0.0])) == 0.0


def test_a_fitted_model_is_the_same_again_and_judges_from_its_numbers_alone() -> None:
    pytest.importorskip("sklearn")
    from winnow.gate.prior import model_of  # noqa: PLC0415 - these need scikit-learn
    from winnow.gate.train import Examples, models  # noqa: PLC0415 - as above

    examples = Examples.of([Event.of(event(number)) for number in range(90)])
    stages = {"suggestion": ("text",)}
    numbers = models(examples, 7, stages)
    assert numbers == models(examples, 7, stages)
    model = model_of(json.loads(json.dumps(numbers["suggestion"])))
    logits = [model.logit(row, defaultdict(float)) for row in examples.rows]
    accepted, rejected = (
        [logit for logit, taken in zip(logits, examples.taken, strict=True) if bool(taken) is wanted]
        for wanted in (True, False)
    )
    assert min(accepted) > max(rejected)
