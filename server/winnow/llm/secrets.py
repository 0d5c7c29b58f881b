"""Keep secrets out of prompts: values that look like one are replaced, files that hold them are never sent.

What looks like one is said by ``secret_shapes`` and ``secret_values``. It is our own list, as a prompt is searched at
each keystroke, and what is found has to be replaced where it stands: detectors of others are made to judge commits, a
line at a time, and tell the line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from pathlib import PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from winnow.llm.secret_shapes import GIVEN, SHAPES
from winnow.llm.secret_values import is_placeholder, named_values

if TYPE_CHECKING:
    from collections.abc import Iterator

REDACTED = "REDACTED"
_BESIDE = 512
"""Characters beyond what is sent that are read with it, as a secret may begin or end there."""
_FAR = 16_384
"""The same beside a block of key, or within a long line."""
_BLOCK = "PRIVATE KEY"

_SECRET_NAMES = re.compile(
    r"\.env(?:rc|\..+)?|.+\.env|\.?vault[_-]pass(?:word)?(?:\.txt)?|client_secret.*\.json|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?"
    r"|\.?(?:netrc|_netrc|pgpass|htpasswd|npmrc|pypirc|git-credentials|dockercfg|s3cfg|boto)"
    r"|.*credentials?(?:\.(?:json|ya?ml|toml|ini|cfg|txt|csv|xml))?|.*secrets?\.(?:json|ya?ml|toml|ini|cfg|txt|env)"
    r"|service[-_]?account.*\.json|terraform\.tfstate(?:\.backup)?|.+\.tfvars|kubeconfig|master\.key",
    re.IGNORECASE,
)
_HARMLESS_NAMES = re.compile(r"\.env\.(?:example|sample|template|dist)", re.IGNORECASE)
_SECRET_FOLDERS = frozenset({".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker"})


def redact(text: str) -> str:
    """The text with everything that looks like a secret replaced; line numbers stay, but for blocks of key."""
    return _shown(text, secrets(text), 0, len(text))


def redact_apart(before: str, after: str, most: tuple[int, int]) -> tuple[str, str]:
    """The last characters of a text and the first of the one that goes on from it, at most so many, read as one.

    What is secret is replaced also where a part of it stands on the other side, or beyond what is sent.
    """
    above, below = (min(many, len(text)) for many, text in zip(most, (before, after), strict=True))
    far = _needs_far(before, after, above, below)
    left, right = before[-above - far :] if above + far else "", after[: below + far]
    text, cursor = left + right, len(left)
    spans = secrets(text)
    within = next((end for start, end in spans if start < cursor < end), cursor)
    end = max(within, cursor + below)
    return _shown(text, spans, cursor - above, cursor), _shown(text, spans, within, min(end, len(text)))


def _needs_far(before: str, after: str, above: int, below: int) -> int:
    near = before[-above - _BESIDE :], after[: below + _BESIDE]
    if any("\n" not in part and len(part) > _BESIDE for part in near):
        return _FAR
    return _FAR if _BLOCK in before[-above - _FAR :] or _BLOCK in after[: below + _FAR] else _BESIDE


def restored(answer: str, asked: str) -> str | None:
    """What a model made of a text that was redacted, with the secret in its place again.

    None where the answer hides something and it is not certain what: the person's value must never be lost.
    """
    hidden = [asked[start:end] for start, end in secrets(asked)]
    if REDACTED not in answer or (REDACTED in asked and not hidden):
        return answer
    return answer.replace(REDACTED, hidden[0]) if len(set(hidden)) == 1 and REDACTED not in asked else None


@lru_cache(maxsize=32)
def secrets(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text has secrets, in their order; remembered, as several answers are asked for with the same texts."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(chain(_shaped(text), named_values(text))):
        if spans and start < spans[-1][1]:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    return tuple(spans)


def _shaped(text: str) -> Iterator[tuple[int, int]]:
    small = text.casefold()  # as the expressions compare, which take more than ASCII for an "s" or a "k"
    for mark, shape in SHAPES:
        if mark in small:
            for found in shape.finditer(text):
                yield found.span()
    for mark, shape in GIVEN:
        if mark in small:
            for found in shape.finditer(text):
                if not is_placeholder(found["value"]):
                    yield found.span("hidden")


def _shown(text: str, spans: tuple[tuple[int, int], ...], first: int, last: int) -> str:
    """A part of a text, without the secrets."""
    shown, at = [], first
    for start, end in spans:
        if end > at and start < last:
            shown += [text[at : max(start, at)], REDACTED]
            at = end
    shown.append(text[at:last])
    return "".join(shown)


def is_secret_file(path: str) -> bool:
    """Whether a file (a path or URI) is one of those that hold secrets by custom, so that nothing of it may be sent."""
    parts = PurePath(path).parts if "\\" not in path else PureWindowsPath(path).parts
    if not parts:
        return False
    if _SECRET_FOLDERS & set(parts[:-1]):
        return True
    return bool(_SECRET_NAMES.fullmatch(parts[-1])) and not _HARMLESS_NAMES.fullmatch(parts[-1])
