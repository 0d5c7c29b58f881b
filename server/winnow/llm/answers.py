"""Read what a chat model says: the code without the talk, thoughts, fences and echoes around it."""

from __future__ import annotations

import re
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from winnow.llm.prompts import COMPLETE, HOLE, margin_of
from winnow.llm.provider import Patch
from winnow.llm.secrets import restored

if TYPE_CHECKING:
    from winnow.llm.provider import Answer, Brief

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
_LEFT_THOUGHT = re.compile(r"\A.*?</(?:think|thinking|reasoning)>", re.DOTALL)
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(?P<code>.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_CLOSED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n.*?^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)
_OPENING = re.compile(r"\A\s*(?:(?:`{3,}|~{3,})[^\n]*|`{1,2}|~{1,2})\Z")
_TALK = re.compile(
    r"\A\s*(?:sure|certainly|of course|here(?:'s| is| are)|the (?:missing|code|completed))\b[^\n]*:\s*\n",
    re.IGNORECASE,
)
_SHORTEST_RECITAL = 12
_ECHO_LINES = 40
_LINES_TO_ECHO = 2


def without_thoughts(text: str) -> str:
    """What a reasoning model says after it has thought; nothing while it thinks."""
    text = _THOUGHT.sub("", text)
    return _LEFT_THOUGHT.sub("", text) if re.search(r"</(?:think|thinking|reasoning)>", text) else text


def completion_of(text: str, before: str) -> str:
    """The code in a chat model's answer to a hole; also of an answer that is still coming."""
    text = without_thoughts(text)
    if _OPENING.match(text) or _recites(text):
        return ""
    text = _TALK.sub("", text, count=1)
    fenced = _FENCED.search(text)
    if fenced:
        text = fenced["code"].removesuffix("\n")
    elif text.startswith("`") and text.rstrip().endswith("`") and "\n" not in text.strip():
        text = text.strip().strip("`")
    return without_echo(text.replace(HOLE, ""), before)


def _recites(text: str) -> bool:
    """Whether a small model only says a part of its instructions."""
    return len(text.strip()) >= _SHORTEST_RECITAL and text.strip() in COMPLETE


def without_echo(code: str, before: str) -> str:
    """The code without the last lines of the file, if it starts by saying at least two of them again."""
    said, tail = code.split("\n"), before.split("\n")[-_ECHO_LINES:]
    first = next((number for number, line in enumerate(said) if line.strip()), None)
    if first is None:
        return code
    for start in range(len(tail) - _LINES_TO_ECHO + 1):
        above = tail[start:-1]
        if [line.strip() for line in said[first : first + len(above)]] != [line.strip() for line in above]:
            continue
        left = said[first + len(above) :]
        if left and left[0].lstrip().startswith(tail[-1].strip()):
            left[0] = left[0].lstrip()[len(tail[-1].strip()) :] if tail[-1].strip() else left[0]
            return "\n".join(left)
    return code


def block_is_closed(text: str) -> bool:
    """Whether an answer holds a whole fenced block, so that nothing more needs to come."""
    return _CLOSED.search(without_thoughts(text)) is not None


def patch_of(answer: Answer, brief: Brief) -> Patch | None:
    """The replacement and its explanation in a chat model's answer; None when it changes nothing or holds no code.

    A secret that the model was not told of is in its place again; None where that is not certain.
    """
    text = without_thoughts(answer.text)
    blocks = list(_FENCED.finditer(text))
    if not blocks:
        return None
    chosen = max(blocks, key=lambda block: len(block["code"]))
    said = restored(chosen["code"], brief.source)
    if said is None:
        return None
    code = _placed_like(said, brief)
    if not code.strip() or code.strip() == brief.source.strip():
        return None
    before, after = text[: chosen.start()].strip(), text[chosen.end() :].strip()
    return Patch(
        text=code,
        explanation=before or after,
        logprobs=answer.logprobs,
        origin=answer.origin,
        prompt=answer.prompt,
    )


def _placed_like(code: str, brief: Brief) -> str:
    """The code at the indentation and with the last line end of what it replaces."""
    margin = margin_of(brief)
    code = indent(dedent(code.strip("\n")), margin)
    if brief.source[:1] not in {" ", "\t"}:
        code = code[len(margin) :]
    if "\r\n" in brief.file:
        code = code.replace("\r\n", "\n").replace("\n", "\r\n")
    ending = brief.source[len(brief.source.rstrip("\r\n")) :]
    return code.rstrip() + ending
