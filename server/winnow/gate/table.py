"""The table of features: what each is called, means, when it is known, and how it is scaled.

``stage`` says what it is read from: ``place`` and ``past`` are known before a model is asked, ``text`` and ``memory``
once it has answered. A missing value is None; what its absence means is learned like any other weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal["place", "past", "text", "memory"]

CHARACTERS = (
    "word",
    "space",
    "newline",
    "opening",
    "closing",
    "comma",
    "dot",
    "colon",
    "operator",
    "quote",
    "hash",
    "other",
    "none",
)
LINES = (
    "blank",
    "comment",
    "definition",
    "import",
    "control",
    "exit",
    "print",
    "assignment",
    "call",
    "expression",
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One number that a decision may rest on."""

    name: str
    stage: Stage
    meaning: str
    logarithmic: bool = False
    missing: str = "never"


_CUT_OFF = "when the log kept no text before the cursor"
_NO_AFTER = "when the log kept no text after the cursor"
_FIRST = "before the first suggestion"
_NO_TOKENS = "when the provider gives no log-probabilities"


def _kinds(prefix: str, stage: Stage, what: str, choices: tuple[str, ...], missing: str) -> tuple[Feature, ...]:
    return tuple(Feature(f"{prefix}_{each}", stage, f"1 when {what}: {each}", missing=missing) for each in choices)


FEATURES: tuple[Feature, ...] = (
    Feature("asked", "place", "1 when the person asked for a suggestion"),
    Feature("paused", "place", "1 when the person had stopped typing", missing="before the first keystroke"),
    Feature("document_length", "place", "characters in the document", logarithmic=True),
    Feature("characters_after", "place", "characters after the cursor", logarithmic=True),
    Feature("relative_position", "place", "how far down the document the cursor is, 0 to 1"),
    Feature("at_end", "place", "1 at the end of the document"),
    *_kinds("behind", "place", "the character before the cursor is", CHARACTERS, _CUT_OFF),
    *_kinds("visible", "place", "the last visible character before the cursor is", CHARACTERS, _CUT_OFF),
    *_kinds("line", "place", "the line up to the cursor is", LINES, _CUT_OFF),
    *_kinds("above", "place", "the last line above with text is", LINES, _CUT_OFF),
    Feature("line_length", "place", "characters of the line before the cursor", logarithmic=True, missing=_CUT_OFF),
    Feature("indentation", "place", "white space the line begins with", logarithmic=True, missing=_CUT_OFF),
    Feature("in_comment", "place", "1 when the line holds a comment sign", missing=_CUT_OFF),
    Feature("above_opens_block", "place", "1 when the line above opens a block", missing=_CUT_OFF),
    Feature("brackets_open", "place", "brackets the line leaves open", missing=_CUT_OFF),
    Feature("quote_open", "place", "1 when the line leaves a quote open", missing=_CUT_OFF),
    Feature("line_ends", "place", "1 when nothing follows on the line", missing=_NO_AFTER),
    Feature("line_rest", "place", "characters that follow on the line", logarithmic=True, missing=_NO_AFTER),
    Feature("below_blank", "place", "1 when the line below is blank", missing=_NO_AFTER),
    Feature("since_showing", "past", "seconds since the last suggestion", logarithmic=True, missing=_FIRST),
    Feature("moved", "past", "characters the cursor moved since then", logarithmic=True, missing=_FIRST),
    Feature("typing_rate", "past", "characters moved a second since then", logarithmic=True, missing=_FIRST),
    Feature("showings_lately", "past", "suggestions in the last minute", logarithmic=True),
    Feature("experience", "past", "suggestions seen in this session, up to 30", logarithmic=True),
    Feature("last_taken", "past", "1 when the last suggestion was taken", missing=_FIRST),
    Feature("taken_lately", "past", "share taken of the last five, drawn towards a quarter"),
    Feature("refused_in_a_row", "past", "suggestions refused since one was taken", logarithmic=True),
    Feature("since_taken", "past", "seconds since one was taken", logarithmic=True, missing="when none was"),
    Feature("typed_along", "past", "1 when what was typed begins the last suggestion", missing=_FIRST),
    Feature("typed_astray", "past", "1 when what was typed differs from it", missing=_FIRST),
    Feature("characters", "text", "visible length of the suggestion", logarithmic=True),
    Feature("lines", "text", "its lines", logarithmic=True),
    Feature("words", "text", "its words", logarithmic=True),
    Feature("first_line", "text", "characters of its first line", logarithmic=True),
    Feature("letters_share", "text", "share of letters and digits in it"),
    Feature("has_comment", "text", "1 when it holds a comment sign"),
    Feature("has_print", "text", "1 when it prints"),
    Feature("has_definition", "text", "1 when it defines a function or class"),
    Feature("has_return", "text", "1 when it returns"),
    Feature("bracket_balance", "text", "brackets it leaves open"),
    Feature("closes_brackets", "text", "1 when it closes what the line left open"),
    Feature("joins_word", "text", "1 when it goes on in the middle of a word"),
    Feature("breaks_after_closing", "text", "1 when it begins a new line after a closing bracket"),
    Feature("repeats_itself", "text", "share of its lines that repeat one of its own"),
    Feature("doubles_after", "text", "1 when it ends with what follows on the line", missing=_NO_AFTER),
    *_kinds("starts", "text", "its first character is", CHARACTERS, "never"),
    *_kinds("ends", "text", "its last visible character is", CHARACTERS, "never"),
    *_kinds("makes", "text", "the line that it completes is", LINES, "never"),
    Feature("names", "text", "identifiers in it", logarithmic=True),
    Feature("names_known", "text", "share of them that stand near the cursor", missing="when it has none"),
    Feature("lines_seen_before", "text", "share of its lines that stand above"),
    Feature("lines_seen_after", "text", "share of its lines that stand below", missing=_NO_AFTER),
    Feature("seen_before", "text", "1 when all of it stands above"),
    Feature("certainty_mean", "text", "mean log-probability of its tokens", missing=_NO_TOKENS),
    Feature(
        "certainty_mean_only", "text", "the same, from a provider that tells no more", missing="when it tells more"
    ),
    Feature("likelihood", "text", "geometric mean of its tokens' probabilities", missing=_NO_TOKENS),
    Feature("likelihood_first", "text", "probability of its first token", missing=_NO_TOKENS),
    Feature("certainty_total", "text", "the same, times its length in tokens", missing=_NO_TOKENS),
    Feature("certainty_first", "text", "log-probability of its first token", missing=_NO_TOKENS),
    Feature("certainty_lowest", "text", "that of its least likely token", missing=_NO_TOKENS),
    Feature("certainty_highest", "text", "that of its likeliest token", missing=_NO_TOKENS),
    Feature("certainty_spread", "text", "their standard deviation", missing=_NO_TOKENS),
    Feature("certainty_last", "text", "log-probability of its last token", missing=_NO_TOKENS),
    Feature("certainty_median", "text", "the median of them", missing=_NO_TOKENS),
    Feature("same_as_last", "memory", "1 when it repeats the last suggestion", missing=_FIRST),
    Feature("tail_of_last", "memory", "1 when it is the rest of the last suggestion", missing=_FIRST),
    Feature("like_last", "memory", "share of it that begins like the last suggestion", missing=_FIRST),
    Feature("refused_before", "memory", "1 when the same text was refused lately", missing=_FIRST),
)
