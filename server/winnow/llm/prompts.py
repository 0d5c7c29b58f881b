"""What a model is sent, and how its answer is read.

Everything that leaves this file has passed ``redact``, and nothing of a secret file leaves it, so that no provider can
forget to see to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from winnow.llm.comments import comment_mark
from winnow.llm.provider import EndpointError
from winnow.llm.secrets import is_secret_file, redact, redact_apart
from winnow.text import bare_lines
from winnow.uris import path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from winnow.facts import Context, Excerpt
    from winnow.llm.fim import Template
    from winnow.llm.provider import Attempt, Brief

HOLE = "<HOLE/>"
BUDGET = 8000
"""Characters of a completion's prompt: about 2,500 tokens, which every model takes and none answers slowly."""
LOOPBACK_BUDGET = 4000
"""The same for a model on this machine, which without a graphics card reads some hundred tokens a second."""
REPAIR_BUDGET = 24000
LOOPBACK_REPAIR_BUDGET = 9000
"""The same for a repair; small models of this machine are often served with room for 4,096 tokens."""
_SHARES = {"prefix": 0.5, "suffix": 0.2, "excerpts": 0.3}
_ATTEMPTS = 3

COMPLETE = (
    f"You complete code in an editor. The user shows a file with {HOLE} where the cursor stands. Reply with exactly "
    "the code that replaces it and nothing else: usually the rest of the line, a block only where one belongs."
)
_EXAMPLES = (
    (f"def area(width, height):\n    return {HOLE}\n\n\nprint(area(2, 3))", "width * height"),
    (
        f"def largest(items):\n    {HOLE}\n    return best",
        "best = items[0]\n    for item in items:\n        best = max(best, item)",
    ),
)
"""Small models recite their instructions instead of following them; two examples show them what is meant."""
_REPAIR = (
    "You repair code so that its tests pass. First say in one to three plain sentences what is wrong and what you "
    "change. Then give the complete corrected code once, in one fenced code block: everything you were asked to "
    "replace, nothing else, nothing left out. Correct the cause: never special-case the test's values, never change "
    "a test, keep every signature and all behaviour that is not at fault."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The code around the cursor within its budget, excerpts as comments at the head; safe to send."""

    head: str
    prefix: str
    suffix: str


def around(context: Context, budget: int = BUDGET) -> Around:
    """What a completion may read, trimmed to a budget of characters at line ends, the least useful excerpts first.

    Raises EndpointError for a file that is secret or ignored: nothing of it may be sent.
    """
    document = context.moment.document
    if context.withheld:
        raise EndpointError(_ignored(document.uri))
    if is_secret_file(document.uri):
        raise EndpointError(
            f"{PurePath(document.uri).name} looks like a file of secrets, so nothing of it is sent. "
            "Rename it if it holds none."
        )
    head = _as_comments(context.excerpts, document.language, int(budget * _SHARES["excerpts"]))
    below = len(_head(context.after, int(budget * _SHARES["suffix"])))
    above = len(_tail(context.before, budget - below - len(head)))
    prefix, suffix = redact_apart(context.before, context.after, (above, below))
    prefix = _tail(prefix, budget - len(suffix) - len(head))
    return Around(head=head, prefix=prefix, suffix=suffix)


def fim_prompt(code: Around, template: Template) -> str:
    """The raw prompt of a model that fills in the middle."""
    return template.fill(code.head + code.prefix, code.suffix)


def chat_messages(code: Around, path: str) -> list[dict[str, str]]:
    """The messages that ask a chat model to fill the hole, after examples of how that is done."""
    messages = [{"role": "system", "content": COMPLETE}]
    for file, answer in _EXAMPLES:
        messages += [{"role": "user", "content": _fenced(file)}, {"role": "assistant", "content": answer}]
    shown = _fenced(f"{code.head}{code.prefix}{HOLE}{code.suffix}")
    return [*messages, {"role": "user", "content": f"{_short(path)}\n{shown}"}]


def repair_length(brief: Brief) -> int:
    """About how many characters a model reads when it is asked for a repair."""
    told = (brief.message, brief.test_source, brief.values, brief.source, *(each.text for each in brief.attempts))
    around = (brief.file, *(each.text for each in brief.excerpts))
    return len(_REPAIR) + min(sum(map(len, told)) + sum(map(len, around)), REPAIR_BUDGET)


def repair_messages(brief: Brief, budget: int = REPAIR_BUDGET) -> list[dict[str, str]]:
    """The messages that ask for a repair: the failure first, the code to replace last.

    Raises EndpointError for a file that is secret or ignored.
    """
    if brief.withheld:
        raise EndpointError(_ignored(brief.path))
    if is_secret_file(brief.path):
        raise EndpointError(f"{PurePath(brief.path).name} looks like a file of secrets, so nothing of it is sent.")
    what = f"the function `{brief.unit}`" if brief.unit and brief.source != brief.file else "the whole file"
    parts = [
        f"The test `{brief.test}` fails:\n{_fenced(_head(brief.message, budget // 8))}",
        f"The test:\n{_fenced(_head(brief.test_source, budget // 6))}" if brief.test_source else "",
        f"Values when it failed:\n{_fenced(_head(brief.values, budget // 10))}" if brief.values else "",
        *_in_vain(brief.attempts[-_ATTEMPTS:], budget // 4),
        _as_comments(brief.excerpts, brief.language, budget // 5),
        _the_file(brief, budget // 3),
        f"Replace {what} in {_short(brief.path)}:\n{_fenced(_unit(brief), brief.language)}",
    ]
    asked = redact("\n\n".join(filter(None, parts)))
    return [{"role": "system", "content": _REPAIR}, {"role": "user", "content": asked}]


def _ignored(path: str) -> str:
    return f"{PurePath(path_of(path)).name} is ignored by git or .winnowignore, so nothing of it is sent."


def _in_vain(attempts: Sequence[Attempt], budget: int) -> Sequence[str]:
    """What was tried in vain, the nearest to a fix last: whole ones only, so that earlier ones are left out first."""
    told = [
        f"An attempt that did not work ({_head(each.verdict, 400).strip()}):\n{_fenced(each.text)}" for each in attempts
    ]
    while told and sum(map(len, told)) > budget:
        del told[0]
    return told


def margin_of(brief: Brief) -> str:
    """The white space in front of the unit's first line, which the unit's own text may or may not begin with."""
    first = next((line for line in brief.source.split("\n") if line.strip()), "")
    own = first[: len(first) - len(first.lstrip())]
    ahead = brief.file[: _start(brief)].rpartition("\n")[2]
    return own if own or ahead.strip() else ahead


def _unit(brief: Brief) -> str:
    return brief.source if brief.source[:1] in {" ", "\t"} else margin_of(brief) + brief.source


def _start(brief: Brief) -> int:
    return brief.start if brief.end > brief.start else max(brief.file.find(brief.source), 0)


def _the_file(brief: Brief, budget: int) -> str:
    """The rest of the file where only a function is to be replaced."""
    if brief.source == brief.file or not brief.file:
        return ""
    start = _start(brief)
    end = start + len(brief.source)
    many = len(_tail(brief.file[:start], budget * 2 // 3)), len(_head(brief.file[end:], budget // 3))
    above, _ = redact_apart(brief.file[:start], brief.file[start:], (many[0], 0))
    _, below = redact_apart(brief.file[:end], brief.file[end:], (0, many[1]))
    return f"The file around it:\n{_fenced(above + '...' + below)}"


def _as_comments(excerpts: Iterable[Excerpt], language: str, budget: int) -> str:
    """Excerpts as comments with their paths, most useful last as that is nearest to the hole; whole ones only."""
    mark = comment_mark(language)
    chosen: list[str] = []
    for excerpt in excerpts:
        if is_secret_file(excerpt.uri):
            continue
        lines = [f"{_short(excerpt.uri)}: {excerpt.why}", *bare_lines(redact(excerpt.text).strip("\n"))]
        block = "".join(f"{mark} {line}".rstrip() + "\n" for line in lines)
        if len(block) <= budget:
            budget -= len(block)
            chosen.append(block)
    return "".join(reversed(chosen)) + ("\n" if chosen else "")


def _tail(text: str, budget: int) -> str:
    """The last whole lines of a text that fit; the cursor's own line at least in part."""
    if len(text) <= budget:
        return text
    kept = text[len(text) - budget :]
    return kept.partition("\n")[2] or kept


def _head(text: str, budget: int) -> str:
    """The first whole lines of a text that fit."""
    if len(text) <= budget:
        return text
    kept = text[:budget]
    return kept[: kept.rfind("\n") + 1] or kept


def _fenced(text: str, language: str = "") -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def _short(path: str) -> str:
    """The last parts of a path or URI: enough to recognise the file, nothing of the person's home."""
    return "/".join(PurePath(path_of(path)).parts[-2:]).lstrip("/")
