"""The table of features: what each is called, means, when it is known, and how it is scaled.

``stage`` says what it is read from: ``place``, ``pace`` and ``past`` (what was taken) are known before a model is
asked, ``text`` and ``memory`` (how the text relates to what was shown) once it has answered. A missing value is None;
what its absence means is learned like any other weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stage = Literal["place", "pace", "past", "text", "memory"]
Features = dict[str, float | None]
"""The features of one decision by name."""

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
    among: str = ""
    """The question that this is one answer to: the prefix of its name."""


_CUT_OFF = "when the log kept no text before the cursor"
_NO_AFTER = "when the log kept no text after the cursor"
_FIRST = "before the first suggestion"
_ONE_LINE = "when it has one line"
_NO_TOKENS = "when the provider gives no log-probabilities"


_NAMED = {
    "word": "a letter or digit", "space": "a space", "newline": "a line's end", "opening": "an opening bracket",
    "closing": "a closing bracket", "comma": "a comma", "dot": "a dot", "colon": "a colon", "operator": "an operator",
    "quote": "a quote", "hash": "a hash sign", "other": "another sign", "none": "missing", "comment": "a comment",
    "definition": "a definition", "import": "an import", "control": "control flow", "exit": "a return or the like",
    "print": "a print", "assignment": "an assignment", "call": "a call", "expression": "an expression",
}  # fmt: skip


def _kinds(prefix: str, stage: Stage, what: str, choices: tuple[str, ...], missing: str) -> tuple[Feature, ...]:
    return tuple(
        Feature(f"{prefix}_{each}", stage, f"1 when {what} {_NAMED.get(each, each)}", missing=missing, among=prefix)
        for each in choices
    )


FEATURES: tuple[Feature, ...] = (
    Feature("asked", "place", "1 when the person asked for a suggestion"),
    Feature("paused", "place", "1 when the person had stopped typing", missing="before the first keystroke"),
    Feature("document_length", "place", "characters in the document", logarithmic=True),
    Feature("characters_after", "place", "characters after the cursor", logarithmic=True),
    Feature("relative_position", "place", "how far down the document the cursor is, 0 to 1"),
    Feature("at_end", "place", "1 when the cursor is at the end of the document"),
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
    Feature("part_of_name", "place", "characters of the name that the cursor stands in", missing=_CUT_OFF),
    Feature("all_open", "place", "brackets that the text above leaves open", logarithmic=True, missing=_CUT_OFF),
    Feature("line_ends", "place", "1 when nothing follows on the line", missing=_NO_AFTER),
    Feature("line_rest", "place", "characters that follow on the line", logarithmic=True, missing=_NO_AFTER),
    Feature("below_blank", "place", "1 when the line below is blank", missing=_NO_AFTER),
    Feature("since_showing", "pace", "seconds since the last suggestion", logarithmic=True, missing=_FIRST),
    Feature("usual_gap", "pace", "median seconds between the last few", logarithmic=True, missing=_FIRST),
    Feature("quick_gaps", "pace", "how many of the last few came within 1.5 seconds of another"),
    Feature("showings_lately", "pace", "suggestions in the last minute", logarithmic=True),
    Feature("experience", "pace", "suggestions seen in this session, up to 30", logarithmic=True),
    Feature("last_taken", "past", "1 when the last suggestion was taken", missing=_FIRST),
    Feature("taken_lately", "past", "share taken of the last five, drawn towards the usual"),
    Feature("taken_share", "past", "share taken of all that are remembered, drawn towards the usual"),
    Feature("taken_moment", "past", "share taken, half forgotten with each suggestion"),
    Feature("taken_while", "past", "share taken, a fifth forgotten with each suggestion"),
    Feature("taken_long", "past", "share taken, a twentieth forgotten with each suggestion"),
    Feature("refused_in_a_row", "past", "suggestions refused since one was taken", logarithmic=True),
    Feature("since_taken", "past", "seconds since one was taken", logarithmic=True, missing="when none was"),
    Feature("taken_stands", "past", "1 when what was taken last still stands", missing="when none was"),
    Feature("moved", "pace", "characters the cursor moved since the last one", logarithmic=True, missing=_FIRST),
    Feature("typing_rate", "pace", "characters moved a second since then", logarithmic=True, missing=_FIRST),
    Feature("same_place", "pace", "1 when the cursor has not moved", missing=_FIRST),
    Feature("grown", "pace", "characters by which the document grew since", logarithmic=True, missing=_FIRST),
    Feature("changed_elsewhere", "pace", "how many of them not at the cursor", logarithmic=True, missing=_FIRST),
    Feature("typed_along", "pace", "1 when what was typed begins the last suggestion", missing=_FIRST),
    Feature("typed_astray", "pace", "1 when what was typed differs from it", missing=_FIRST),
    Feature("typed_share", "pace", "share of what was typed that begins it", missing="when nothing was typed"),
    Feature("characters", "text", "visible length of the suggestion", logarithmic=True),
    Feature("lines", "text", "its lines", logarithmic=True),
    Feature("words", "text", "its words", logarithmic=True),
    Feature("first_line", "text", "characters of its first line", logarithmic=True),
    Feature("letters_share", "text", "share of letters and digits in it"),
    Feature("spaces_share", "text", "share of white space in it"),
    Feature("signs_share", "text", "share of other signs in it"),
    Feature("digits_share", "text", "share of digits in it"),
    Feature("has_comment", "text", "1 when it holds a comment sign"),
    Feature("has_print", "text", "1 when it prints"),
    Feature("has_definition", "text", "1 when it defines a function or class"),
    Feature("has_return", "text", "1 when it returns"),
    Feature("has_long_quote", "text", "1 when it holds a triple quote"),
    Feature("has_marker", "text", "1 when it holds a marker such as <PRE>, which models leak"),
    Feature("comments_share", "text", "share of its lines that are comments"),
    Feature("blank_share", "text", "share of its lines that are blank"),
    Feature("next_indentation", "text", "indentation of its second line beyond the cursor's", missing=_ONE_LINE),
    Feature("least_indentation", "text", "the least of its further lines", missing=_ONE_LINE),
    Feature("leaves_block", "text", "1 when a further line begins at the margin"),
    Feature("bracket_balance", "text", "brackets it leaves open"),
    Feature("closes_brackets", "text", "1 when it closes what the line left open"),
    Feature("all_balance", "text", "brackets open around and in it", logarithmic=True, missing=_NO_AFTER),
    Feature("joins_word", "text", "1 when it goes on in the middle of a word"),
    Feature("breaks_after_closing", "text", "1 when it begins a new line after a closing bracket"),
    Feature("repeats_line", "text", "characters it repeats of what stands right before it", logarithmic=True),
    Feature("joined_known", "text", "1 when the name that it completes stands near", missing="when it completes none"),
    Feature("repeats_itself", "text", "share of its lines that repeat one of its own"),
    Feature("doubles_after", "text", "1 when it ends with what follows on the line", missing=_NO_AFTER),
    *_kinds("starts", "text", "its first character is", CHARACTERS, "never"),
    *_kinds("ends", "text", "its last visible character is", CHARACTERS, "never"),
    *_kinds("makes", "text", "the line that it completes is", LINES, "never"),
    Feature("names", "text", "identifiers in it", logarithmic=True),
    Feature("names_known", "text", "share of them that stand near the cursor", missing="when it has none"),
    Feature("names_near", "text", "share of them in the 300 characters above", missing="when it has none"),
    Feature("names_on_line", "text", "share of them on the line", missing="when it has none"),
    Feature("names_new", "text", "names that stand nowhere near", logarithmic=True),
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
    Feature("tail_of_earlier", "memory", "1 when it is the rest of one of the last six"),
    Feature("like_last", "memory", "share of it that begins like the last suggestion", missing=_FIRST),
    Feature("names_of_last", "memory", "share of names in common with the last suggestion", missing=_FIRST),
    Feature("like_refused", "memory", "the same for the likest of the last three refused", missing="when none was"),
    Feature("like_taken", "memory", "the same for the likest of the last three taken", missing="when none was"),
    Feature("shown_before", "memory", "how often the same text was shown lately", logarithmic=True),
    Feature("shown_before_ago", "memory", "seconds since then", logarithmic=True, missing="when it was not"),
    Feature("refused_before", "memory", "how often it was refused lately", logarithmic=True),
    Feature("longer_than_last", "memory", "characters it is longer than the last", logarithmic=True, missing=_FIRST),
    Feature("longer_than_taken", "memory", "than the mean of those taken", logarithmic=True, missing="when none was"),
    Feature("surer_than_usual", "memory", "mean log-probability above the mean of the past", missing=_NO_TOKENS),
)


def one_of(prefix: str, value: str, choices: tuple[str, ...], *, known: bool = True) -> Features:
    """A kind as one feature a choice: 1 for what it is, 0 for the others, None for all when it is not known."""
    if not known:
        return dict.fromkeys(f"{prefix}_{choice}" for choice in choices)
    return {f"{prefix}_{choice}": float(value == choice) for choice in choices}
