"""Secrets by the name they are given to: ``password = "..."``, ``API_KEY: Final[str] = "..."``, ``Pwd=...;``.

A password is hidden whatever it looks like, a token or key only when it looks random, as lexers too are full of tokens
and keys. A name that ends in what a secret is not, as ``_url`` or ``_field``, hides nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = ("pass", "pwd", "pw", "secret", "token", "key", "cred")
"""Each kind of name has one of these in it. They are looked for as text, which takes a tenth of the time."""
_KINDS = re.compile("pass|pwd?|secret|token|key|cred", re.IGNORECASE)
_KIND = r"(?P<kind>password|passwd|passphrase|pass(?=[\"'\]]*\s*[:=])|pwd|pw(?![\w-])|secret|token|credentials?|key)"
_TYPE = r"[\w.]+(?:\[[^\]\"'=\n]*\]+)?"
_QUOTED = re.compile(
    rf"{_KIND}[\w-]{{0,80}}+[\\\"'\]]*\s*(?::\s*{_TYPE}(?:\s*\|\s*{_TYPE})*\s*=|=>|:=|[!=]?=|:|,)\s*(?:\\\r?\n\s*)?"
    r"(?P<open>\(\s*)?[a-z]{0,2}\\?(?P<quote>\"\"\"|'''|[\"'])(?P<value>(?:\\.|(?!(?P=quote))[^\r\n\\])+)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?P<kind>password|passwd|passphrase|pw)\(\s*[a-z]?(?P<quote>[\"'])(?P<value>(?:\\.|(?!(?P=quote))[^\r\n\\])+)",
    re.IGNORECASE,
)
_CALLS = ("set", "check", "verify", "change", "make", "hash", "validate", "reset", "encode", "encrypt")
_MORE = re.compile(r"[\"']+[ \t]*[a-z]?[\"'](?P<value>[^\"'\r\n]+)", re.IGNORECASE)
_MORE_BELOW = re.compile(r"[\"']+\s*[a-z]?[\"'](?P<value>[^\"'\r\n]+)", re.IGNORECASE)
"""A string behind the string that it goes on, where that stands in brackets also on the next line."""
_BARE = re.compile(
    rf"{_KIND}[\w.-]{{0,80}}+(?:=|:[ \t]+)(?P<value>[^\s\"'#(){{}}\[\],;$<>]{{6,}})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_AHEAD = re.compile(r"[ \t]*(?:export\s+|-\s+)?[\w.-]*", re.IGNORECASE)
_CONNECTING = re.compile(
    r"(?P<kind>password|passwd|pwd)\s*=\s*(?P<value>[^;&\"'\s(){}\[\],\\]{3,})(?P<end>;|\s+(?:\w+=)|)", re.IGNORECASE
)
_CONNECTED = re.compile(
    r"(?:[;?&]\s*|\b(?:host|hostaddr|user|dbname|database|port|sslmode)=[^\s\"',()]+\s+(?:\w+=\S+\s+)*)$"
)
_NAME = 80
"""Characters of a name on either side of what tells of a secret: more are data, and would take a square of the time."""
_LINE = 300
"""Characters of a connection string that are looked at in front of a word of it."""
_FIELD = r"(?:<[^<>]*>|\$?\{[^{}]*\})"
_PLACEHOLDER = re.compile(
    rf"{_FIELD}.*|.*{_FIELD}|\$\([^()]*\)|(?:%\([^()]*\)[a-z]|(?-i:%[sdr]))+|%\w+%"
    r"|(?-i:\$[A-Z_][A-Z0-9_]*|\$[a-z_]+|\$\d)"
    r"|x+|\*+|\.+|none|null|true|false|redacted|changeme|your[-_].*|example(?:[-_. ].*|[a-z]*)",
    re.IGNORECASE,
)
"""What stands for a value that is put in elsewhere."""
_PASSWORDS = frozenset({"password", "passwd", "passphrase", "pwd", "pass", "pw"})
_UNSURE = frozenset({"pass", "pw"})
"""A pass may be one of a compiler."""
_SHORTEST_PASSWORD = 4
_SHORTEST_RANDOM = 12
_RANDOM_BITS = 3.0
"""Bits a character (Shannon) from which a value with letters and digits looks random; words stay below."""
_RANDOM = re.compile(r"(?=\D*\d)(?=[^a-f]*[a-f])[0-9a-f]{32,}|(?=\D*\d)(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[\w+/=-]{20,}")
"""What looks random whatever it is called."""
_WORDS = re.compile(r"[A-Za-z]+(?:[_-][A-Za-z\d]+)*")
_EXPRESSION = re.compile(r"\[[^\]]+\][+*?{]|\(\?")
_KEYS = re.compile(r"(?:api|access|private|auth|secret|signing|encryption)[_-]?$", re.IGNORECASE)
_OTHER = r"url|uri|path|file|filename|dir|folder|field|name|header|re|regex|pattern|label|type|class|validator|prompt"
_NO_SECRET = re.compile(rf".*(?:[_-](?i:{_OTHER})|[a-z](?:Url|URL|Uri|URI|Path|File|Field|Name|Header|Label|Regex))s?")
_PLACE = re.compile(r"(?:[a-z][a-z0-9+.-]*:/)?/[^\s@]*", re.IGNORECASE)


def is_placeholder(value: str) -> bool:
    """Whether a value is one that is put in elsewhere."""
    return _PLACEHOLDER.fullmatch(value) is not None


def named_values(text: str) -> Iterator[tuple[int, int]]:
    """Where values stand that are secret by the name they are given to; some may be told twice."""
    for at in _places(text):
        yield from _quoted(text, at)
        yield from _bare(text, at)
        yield from _connecting(text, at)


def _places(text: str) -> list[int]:
    """Where a name may tell of a secret."""
    if not text.isascii():  # the expression takes more than ASCII for an "s" or a "k"
        return [found.start() for found in _KINDS.finditer(text)]
    small, places = text.lower(), []
    for mark in _MARKS:
        at = small.find(mark)
        while at >= 0:
            places.append(at)
            at = small.find(mark, at + 1)
    return places


def _quoted(text: str, at: int) -> Iterator[tuple[int, int]]:
    found = _QUOTED.match(text, at)
    if found is None and _ahead(text, at).lower().rstrip("_").endswith(_CALLS):
        found = _CALLED.match(text, at)
    if found is None:
        return
    kind, value = found["kind"].lower(), found["value"]
    given = text[at : found.start("value")]
    if "," in given and "\n" in given and _WORDS.fullmatch(value):
        return  # one of a list of names
    spoken = kind != "passphrase" or "," in given  # words with blanks between are a sentence
    if (spoken and any(map(str.isspace, value.strip()))) or not _is_secret(text, at, kind, value, sure=True):
        return
    yield found.span("value")
    more = _MORE_BELOW if found.groupdict().get("open") else _MORE
    while (found := more.match(text, found.end())) is not None:
        yield found.span("value")


def _bare(text: str, at: int) -> Iterator[tuple[int, int]]:
    found = _BARE.match(text, at)
    if found is None or _AHEAD.fullmatch(text, text.rfind("\n", 0, at) + 1, at) is None:
        return
    if _is_secret(text, at, found["kind"].lower(), found["value"], sure=False):
        yield found.span("value")


def _connecting(text: str, at: int) -> Iterator[tuple[int, int]]:
    """In a connection string: between semicolons, in a query, or among the words of libpq."""
    found = _CONNECTING.match(text, at)
    if found is None or is_placeholder(found["value"]):
        return
    if found["end"] or _CONNECTED.search(text[max(at - _LINE, text.rfind("\n", 0, at) + 1) : at].lower()):
        yield found.span("value")


def _ahead(text: str, at: int) -> str:
    """The part of a name in front of a place in it."""
    start = at
    while start > at - _NAME and start and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    return text[start:at]


def _is_secret(text: str, at: int, kind: str, value: str, *, sure: bool) -> bool:
    ahead = _ahead(text, at)
    end = at
    while end < min(at + _NAME, len(text)) and (text[end].isalnum() or text[end] in "_-"):
        end += 1
    name = text[at - len(ahead) : end]
    if is_placeholder(value) or _NO_SECRET.fullmatch(name) or _says(value, name, kind) or _is_place(value, kind):
        return False
    if (kind == "pw" and ahead[-1:].isalpha()) or (kind == "pass" and ahead[-1:] not in {"_", "-"}):
        return False
    if kind in _PASSWORDS:
        known = sure and kind not in _UNSURE
        return len(value) >= _SHORTEST_PASSWORD and (known or not value.isalpha())
    if kind == "key" and not _KEYS.search(ahead):
        return bool(ahead) and _RANDOM.fullmatch(value) is not None
    return len(value) >= _SHORTEST_RANDOM and not _EXPRESSION.search(value) and _looks_random(value)


def _says(value: str, name: str, kind: str) -> bool:
    """Whether a value only repeats its name, as that of an enumeration does."""
    said = value.casefold().replace("-", "_")
    return said in {name.casefold().replace("-", "_"), kind}


def _is_place(value: str, kind: str) -> bool:
    """Whether a value is a path or an address that has nothing secret in it."""
    if not _PLACE.fullmatch(value) or (kind in _PASSWORDS and value.count("/") < 2):  # noqa: PLR2004 - as of a path
        return False
    return not any(map(_RANDOM.fullmatch, re.split(r"[/?&=#]", value)))


def _looks_random(value: str) -> bool:
    if not (any(map(str.isdigit, value)) and any(map(str.isalpha, value))):
        return False
    counts = Counter(value)
    bits = -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
    return bits >= _RANDOM_BITS
