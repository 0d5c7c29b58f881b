"""The common slips of syntax, one rule each: how a line may have been meant, why, and how surely."""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Rewriting = tuple[str, str, str, float]  # the line rewritten, a title, an explanation, a confidence

_BLOCK = re.compile(r"\s*(?:if|elif|else|for|while|def|class|try|except|finally|with|async|match|case)\b")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_STRAY = 0.65
"""Right in 6 of 10 damaged functions: where one bracket is too many, as often the other is missing."""
_DOUBTED = 0.6
"""How much less sure it is that a line is to be moved which stands where others stood, or a single step off."""
_ENDS = re.compile(r"(?:return|raise|break|continue)\b")


def rewritings(lines: list[str], number: int, error: SyntaxError) -> Iterator[Rewriting]:
    """Every way a line may have been meant, where the parser stopped with ``error``."""
    line = lines[number].rstrip("\r\n")
    for rule in _RULES:
        yield from rule(line, error)
    yield from _indentation(lines, number, error)


def _colon(line: str, error: SyntaxError) -> Iterator[Rewriting]:
    code, comment = _split_comment(line)
    if _BLOCK.match(code) and not code.endswith(":"):
        sure = 0.97 if "expected ':'" in error.msg else 0.85
        fixed = (code[:-1] if code.endswith((";", ",", ".")) else code) + ":"
        yield fixed + comment, "add the missing colon", "A line that opens a block ends with a colon.", sure


def _comparison(line: str, _: SyntaxError) -> Iterator[Rewriting]:
    if re.match(r"\s*(?:if|elif|while|assert|return)\b", line):
        why = "A single = assigns; == compares."
        for found in re.finditer(r"(?<![=!<>:+\-*/%&|^])=(?!=)", line):
            yield line[: found.start()] + "==" + line[found.end() :], "compare with ==", why, 0.93
        fixed = re.sub(r"(?<![=!<>])=>", ">=", re.sub(r"=<", "<=", line))
        if fixed != line:
            yield fixed, "write the comparison the other way round", "Python writes <= and >=, the = last.", 0.93


def _else_if(line: str, _: SyntaxError) -> Iterator[Rewriting]:
    found = re.match(r"(\s*)(?:else\s+if|elseif|elsif)\b", line)
    if found:
        fixed = found[1] + "elif" + line[found.end() :]
        why = "Python joins `else` and `if` in one word."
        yield fixed, "write elif", why, 0.96
        code, comment = _split_comment(fixed)
        if not code.endswith(":"):
            yield code + ":" + comment, "write elif, with its colon", why, 0.94


def _print(line: str, _: SyntaxError) -> Iterator[Rewriting]:
    found = re.match(r"(\s*)(print|exec)\s+(?![=(])(.+)$", line)
    if found:
        code, comment = _split_comment(found[3])
        yield f"{found[1]}{found[2]}({code}){comment}", f"call {found[2]} with parentheses", "It is a function.", 0.95


def _raised(line: str, _: SyntaxError) -> Iterator[Rewriting]:
    found = re.match(r"(\s*except\s+)([\w.]+)\s*,\s*(\w+)(\s*:.*)$", line)
    if found:
        yield (
            f"{found[1]}{found[2]} as {found[3]}{found[4]}",
            "name the exception with as",
            "The comma was Python 2.",
            0.95,
        )


def _foreign(line: str, _: SyntaxError) -> Iterator[Rewriting]:
    """Operators and words of other languages."""
    for pattern, word, other in (
        (r"\s*&&\s*", " and ", "&&"), (r"\s*\|\|\s*", " or ", "||"), (r"!(?!=)\s*", "not ", "!"),
        (r"(\w+)\+\+", r"\1 += 1", "++"), (r"(\w+)--", r"\1 -= 1", "--"), (r"\bnull\b", "None", "null"),
        (r"^(\s*)function\s+", r"\1def ", "function"), (r"<>", "!=", "<>"),
    ):  # fmt: skip
        fixed = re.sub(pattern, word, line)
        if fixed != line:
            plain = word.replace(r"\1", "").strip()
            yield fixed, f"write `{plain}` instead of `{other}`", f"Python has no `{other}`; it writes `{plain}`.", 0.9


def _brackets(line: str, error: SyntaxError) -> Iterator[Rewriting]:
    code, comment = _split_comment(line)
    open_ones, stray = _balance(code)
    why = "Every bracket that opens has to close."
    if open_ones:
        closing = "".join(_PAIRS[each] for each in reversed(open_ones))
        sure = 0.85 if "never closed" in error.msg else 0.7
        yield code + closing + comment, f"close with `{closing}`", why, sure
        if code.endswith(":"):
            yield code[:-1] + closing + ":" + comment, f"close with `{closing}` before the colon", why, sure + 0.08
        if code.endswith(","):
            yield code[:-1] + closing + comment, f"close with `{closing}`", why, sure - 0.3
    for index in stray:
        yield code[:index] + code[index + 1 :] + comment, f"drop the stray `{code[index]}`", why, _STRAY
        if open_ones:
            wanted = _PAIRS[open_ones[-1]]
            fixed = code[:index] + wanted + code[index + 1 :] + comment
            yield fixed, f"close with `{wanted}` instead of `{code[index]}`", why, 0.88


def _balance(code: str) -> tuple[list[str], list[int]]:
    """The brackets of a line that stay open, and the places of those that close nothing."""
    stack: list[str] = []
    stray = []
    quote = ""
    for index, letter in enumerate(code):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in _PAIRS:
            stack.append(letter)
        elif letter in _PAIRS.values():
            if stack and _PAIRS[stack[-1]] == letter:
                stack.pop()
            else:
                stray.append(index)
    return stack, stray


def _quotes(line: str, error: SyntaxError) -> Iterator[Rewriting]:
    if "unterminated" not in error.msg and "EOL" not in error.msg:
        return
    why = "A text has to end with the quote it began with, on the same line."
    for quote in ("'", '"'):
        if line.count(quote) % 2:
            cuts = [found.start() for found in re.finditer(r"[)\]},:]*\s*$", line)]
            cuts += [found.start() for found in re.finditer(r"[)\]},:]", line)]
            for cut in dict.fromkeys((*cuts, len(line))):
                sure = 0.85 if cut == cuts[0] else 0.6
                yield line[:cut] + quote + line[cut:], f"end the text with {quote}", why, sure
    if line.count("'") == 1 and line.count('"') == 1:
        opened = min(line.index("'"), line.index('"'))
        closed = max(line.index("'"), line.index('"'))
        yield line[:closed] + line[opened] + line[closed + 1 :], "end the text with the quote it began with", why, 0.9


def _comma(line: str, error: SyntaxError) -> Iterator[Rewriting]:
    why = "Values that follow each other are separated by commas."
    sure = 0.9 if "forgot a comma" in error.msg else 0.6
    gap = r"(?<=[\w\]\)\}'\"])(\s+)(?=[\w\[\(\{'\"])"
    for found in re.finditer(gap, line):
        around = re.findall(r"\w+", line[: found.start()])[-1:] + re.findall(r"\w+", line[found.end() :])[:1]
        if not any(keyword.iskeyword(word) for word in around):
            yield line[: found.start()] + ", " + line[found.end() :], "add the missing comma", why, sure
    code, comment = _split_comment(line)
    if code and not code.endswith((",", ":", "(", "[", "{")):
        yield code + "," + comment, "add the missing comma", why, sure


def _word(line: str, _: SyntaxError) -> Iterator[Rewriting]:
    """A keyword with a slip in it."""
    for found in re.finditer(r"\b[A-Za-z]{2,}\b", line):
        near = [] if keyword.iskeyword(found[0]) else get_close_matches(found[0], keyword.kwlist, n=3, cutoff=0.66)
        for word in near:
            fixed = line[: found.start()] + word + line[found.end() :]
            yield fixed, f"write `{word}` instead of `{found[0]}`", f"`{word}` is the keyword.", 0.82


def _indentation(lines: list[str], number: int, error: SyntaxError) -> Iterator[Rewriting]:
    """The depths at which a line may have been meant to stand.

    Measured on damaged functions of the standard library: a line one column too deep has mostly lost its first word,
    and one that stands as deep as lines above it is mostly right itself, and the line before it is not.
    """
    if not isinstance(error, IndentationError):
        return
    line = lines[number].rstrip("\r\n")
    body, had = line.lstrip(), depth(line)
    widths = {depth(other) for other in lines[:number] if other.strip()}
    before = next((lines[i] for i in range(number - 1, -1, -1) if lines[i].strip()), "")
    inside = before.rstrip().endswith(":")
    wanted = _wanted(before, widths, had, inside=inside)
    share = _DOUBTED if body.startswith(("def ", "class ", "@")) else 1.0  # more likely the block before it is missing
    if not inside and (had in widths or had == wanted + 1):
        share *= _DOUBTED
    for width in dict.fromkeys((wanted, *sorted(widths, key=lambda w: abs(w - had)))):
        why = "A block's lines stand equally deep, one step deeper than the line that opens it."
        if width != had:
            yield " " * width + body, "indent the line as its block", why, (0.9 if width == wanted else 0.6) * share
    if inside and depth(before) >= had:
        return
    if "\t" in line[:had]:
        yield line.expandtabs(4), "indent with spaces", "Tabs and spaces are mixed.", 0.85


def _wanted(before: str, widths: set[int], had: int, *, inside: bool) -> int:
    """The likeliest depth of a line: in the block that opens, else as the line before unless nothing follows there."""
    at = depth(before)
    if inside:
        return at + 4
    outer = [width for width in widths if width < at]
    if outer and (_ENDS.match(before.lstrip()) or had < at):
        levels = outer if _ENDS.match(before.lstrip()) else [*outer, at]
        return min(levels, key=lambda width: (abs(width - had), -width))
    return at


def _split_comment(line: str) -> tuple[str, str]:
    """The code of a line without white space behind it, and the rest."""
    cut = len(line)
    try:
        for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
            if token.type == tokenize.COMMENT:
                cut = len(line) - len(line.lstrip()) + token.start[1]
                break
    except (tokenize.TokenError, SyntaxError):
        pass
    code = line[:cut].rstrip()
    return code, line[len(code) :]


_RULES: tuple[Callable[[str, SyntaxError], Iterator[Rewriting]], ...] = (
    _colon, _comparison, _else_if, _print, _raised, _foreign, _brackets, _quotes, _comma, _word,
)  # fmt: skip


def depth(line: str) -> int:
    """How far a line is indented, in characters."""
    return len(line) - len(line.lstrip(" \t"))
