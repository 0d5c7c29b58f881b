"""The report: what it counts adds up, what it estimates is bounded, and its page is whole and needs nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.facts import Candidate, Decision, Edit, Fate, Feedback, Opinion, Origin, Reason
from winnow.journal import Journal, Row
from winnow.report import write
from winnow.report.figures import figures
from winnow.report.page import STYLE, hiding, page

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86400.0


def row(
    reason: Reason, *fates: Fate, number: int = 0, probability: float = 0.3, propensity: float = 1.0, text: str = "done"
) -> Row:
    candidate = Candidate(
        id=str(number),
        edits=(Edit(uri="file:///a.py", start=0, end=0, text=text),),
        versions={},
        origin=Origin(provider="replay", model="<model>"),
    )
    decision = Decision(
        id=str(number),
        at=DAY * number,
        uri="file:///a.py",
        language="python",
        kind="completion",
        reason=reason,
        detail="",
        opinion=Opinion(reason=reason, probability=probability, threshold=0.1, propensity=propensity),
        candidate=None if reason in {Reason.PAUSED, Reason.UNWANTED, Reason.EMPTY} else candidate,
    )
    told = tuple(Feedback(candidate_id=str(number), fate=fate, at=1.0, characters=len(text)) for fate in fates)
    return Row(decision=decision, fates=told)


@given(st.lists(st.sampled_from(Reason), max_size=40), st.integers(0, 40))
def test_every_decision_reaches_a_stage_or_is_lost_on_the_way_to_it(reasons: list[Reason], taken: int) -> None:
    rows = [
        row(reason, *([Fate.ACCEPTED, Fate.KEPT] if reason is Reason.SHOWN and number < taken else []), number=number)
        for number, reason in enumerate(reasons)
    ]
    stages = figures(rows, None).stages
    assert stages[0].count == len(rows)
    assert stages[4].count == reasons.count(Reason.SHOWN)
    for before, after in pairwise(stages):
        assert after.count == before.count - sum(after.lost.values())


def test_what_was_taken_kept_and_written_is_counted() -> None:
    rows = [
        row(Reason.SHOWN, Fate.ACCEPTED, Fate.KEPT, number=1, text="four"),
        row(Reason.SHOWN, Fate.ACCEPTED, Fate.UNDONE, number=2, text="sixsix"),
        row(Reason.SHOWN, Fate.DISMISSED, number=3, text="no"),
    ]
    counted = figures(rows, {"keystrokes": 30})
    assert (counted.total.shown, counted.total.taken, counted.total.kept, counted.total.undone) == (3, 2, 1, 1)
    assert (counted.characters_taken, counted.characters_kept) == (10, 4)
    assert counted.mean_length == 4.0
    assert counted.share_written == pytest.approx(10 / 40)
    assert "<b>50%</b><span>of those kept" in page(counted, "Made today")


def test_what_hiding_cost_is_estimated_from_the_sample_and_what_was_stated() -> None:
    hidden = [row(Reason.UNLIKELY, number=number, probability=0.05, propensity=0.98) for number in range(100)]
    alone = hiding(figures(hidden, None))
    assert "None has yet been shown as a sample" in alone
    sample = [
        row(Reason.SHOWN, Fate.ACCEPTED if taken else Fate.DISMISSED, number=200 + n, probability=0.05, propensity=0.02)
        for n, taken in enumerate([True] * 30 + [False] * 30)
    ]
    checked = hiding(figures([*hidden, *sample], None))
    assert "you took 30 of 60" in checked
    bounds = [int(said) for text in (alone, checked) for said in re.findall(r"between (\d+) and (\d+)", text)[0]]
    assert 0 <= bounds[0] <= 5 <= bounds[1] < bounds[2] < bounds[3] <= 100


def test_withheld_fixes_are_no_hidden_suggestions() -> None:
    hidden = [row(Reason.UNLIKELY, number=number, probability=0.05) for number in range(4)]
    fixes = [row(reason, Fate.ACCEPTED, number=9, probability=1.0) for reason in (Reason.UNLIKELY, Reason.SHOWN)]
    fixes = [replace(each, decision=replace(each.decision, kind="fix")) for each in fixes]
    counted = figures([*hidden, *fixes], None)
    assert counted.hidden == 4
    assert counted.hidden_expected == pytest.approx(0.2)
    assert not counted.reliability


def test_a_page_stands_alone_and_escapes_what_it_names(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    out = tmp_path / "page.html"
    assert write(journal, out) == 0
    journal.append(row(Reason.SHOWN, number=1).decision)
    assert write(journal, out) == 1
    journal.close()
    assert out.stat().st_mode & 0o077 == 0
    html = out.read_text()
    assert not re.search(r"https?:|src=|@import", html)
    assert "&lt;model&gt;" in html
    assert html.count("<section") == html.count("</section>") > 3
    assert html.count("<svg") == html.count("</svg>") > 3


def test_who_does_not_see_the_pictures_is_told_them_and_the_keyboard_reaches_what_scrolls() -> None:
    html = page(figures([row(Reason.SHOWN, number=number) for number in range(3)], None), "Made today")
    assert html.count("<svg") == len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]+"', html))
    assert re.search(r'<section class="flow" tabindex="0" aria-label="[^"]+">', html)


def test_one_day_makes_no_trend() -> None:
    one, two = (
        page(figures([row(Reason.SHOWN, number=n) for n in days], None), "Made today") for days in ([1], [1, 2])
    )
    assert ("Week by week" in one, "Week by week" in two) == (False, True)


@pytest.mark.parametrize("scheme", STYLE.split("@media"), ids=["light", "dark"])
def test_words_stand_out_from_their_ground(scheme: str) -> None:
    colours = dict(re.findall(r"--(\w+): #(\w{6})", scheme))
    for words in ("ink", "faint"):
        for ground in ("paper", "card"):
            darker, lighter = sorted(_luminance(colours[each]) for each in (words, ground))
            assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (words, ground)  # WCAG 2.2, 1.4.3


def _luminance(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2.2 defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
