"""Keep secrets out of prompts: values that look like one are replaced, files that hold them are never sent.

A shape is listed where its issuer documents it, so that a match is almost surely a secret. Values of other shapes
are judged by the name they are given to: a password is hidden whatever it looks like, a token or key only when
it looks random, as lexers too are full of tokens and keys.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from pathlib import PurePath, PureWindowsPath

REDACTED = "REDACTED"

_KEY = r"[A-Z0-9 ]* PRIVATE KEY(?: BLOCK)?-----"
_MIXED = r"(?=[a-z\d+/]*[A-Z])(?=[A-Z\d+/]*[a-z])(?=[A-Za-z+/]*[\d=])"
_BASE64 = r"(?:[A-Za-z0-9+/]{4}){3,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_SHAPES: tuple[tuple[str, str], ...] = (
    ("-----begin", rf"-----BEGIN{_KEY}[\s\S]*?(?:-----END{_KEY}|\Z)"),
    ("-----end", rf"(?:[A-Za-z0-9+/=]{{40,}}\s+)+[A-Za-z0-9+/=]*\s*-----END{_KEY}"),
    ("a", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),  # AWS access key ids
    ("gh", r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b"),  # GitHub
    ("github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{22,255}\b"),
    ("glpat-", r"\bglpat-[\w-]{20,}"),  # GitLab
    ("sk-", r"\bsk-[A-Za-z0-9_-]{20,}"),  # OpenAI, Anthropic and those who follow them
    ("xox", r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}"),  # Slack, also tokens that rotate
    ("xapp-", r"\bxapp-\d-[A-Za-z0-9-]{10,}"),
    ("hooks.slack.com", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[\w/+-]{20,}"),
    ("aiza", r"\bAIza[\w-]{35}"),  # Google
    ("gocspx-", r"\bGOCSPX-[\w-]{28}"),
    ("ya29.", r"\bya29\.[\w-]{20,}"),
    ("k_", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{10,}"),  # Stripe
    ("whsec_", r"\bwhsec_[A-Za-z0-9+/=]{20,}"),
    ("eyj", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*"),  # JSON web tokens
    ("npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("pypi-", r"\bpypi-AgE[\w-]{50,}"),
    ("hf_", r"\bhf_[A-Za-z0-9]{30,}\b"),  # Hugging Face
    ("sg.", r"\bSG\.[\w-]{22}\.[\w-]{43}"),  # SendGrid
    ("_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),  # DigitalOcean
    (":aa", r"\b\d{8,10}:AA[\w-]{33}\b"),  # Telegram
    (
        "aws",
        r"(?<![\w/+=-])(?=[A-Za-z0-9/+]{40}(?![\w/+=-]))(?=\S*\d)(?=\S*[A-Z])(?=\S*[a-z])\S{40}",
    ),  # AWS secret keys
    ("age-secret-key-1", r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b"),
    ("dckr_", r"\bdckr_[po]at_[\w-]{20,}"),  # Docker
    ("hvs.", r"\bhvs\.[\w-]{20,}"),  # HashiCorp Vault
    ("shp", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),  # Shopify
    ("gsk_", r"\bgsk_[A-Za-z0-9]{40,}\b"),  # Groq
    ("xai-", r"\bxai-[A-Za-z0-9]{40,}\b"),
    ("accountkey=", r"(?<=AccountKey=)[A-Za-z0-9+/=]{40,}"),  # Azure
    ("bearer ", r"(?i:(?<=bearer ))[\w.~+/=-]{20,}"),
    ("basic ", rf"(?i:(?<=basic )){_MIXED}{_BASE64}(?![\w+/=-])"),
    ("://", r"(?<=://)[\w-]{20,}(?=@)"),  # a token alone in an address
    ("key=", r"(?i:(?<=[?&]key=)|(?<=[?&]api_key=))[\w%.~+-]{16,}"),  # in the query of an address
    ("token=", r"(?i:(?<=[?&]token=)|(?<=[?&]access_token=))[\w%.~+-]{16,}"),
    ("sig=", r"(?i:(?<=[?&]sig=))[\w%.~+-]{16,}"),
    ("://", r"(?<=://)[^/\s:@'\"{}$<>]*:[^/\s@'\"{}$<>]{3,}(?=@)"),  # a user and password in an address
)
"""Each with a lower-case part that it must contain: looking for that first is twenty times faster."""
_COMPILED = tuple((mark, re.compile(shape)) for mark, shape in _SHAPES)
_NAME = (
    r"(?P<kind>password|passwd|passphrase|pwd|(?<=[_-])pass(?=[\"'\]]*\s*[:=])|secret|token|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|credentials?|auth[_-]?key)[\w-]*"
)
_KIND_MARKS = ("pass", "pwd", "secret", "token", "key", "cred")
"""Each ``kind`` has one of these in it: text without them is not searched, which takes a hundred times as long."""
_QUOTED = re.compile(
    rf"(?P<name>{_NAME})(?P<given>[\"'\]]*\s*(?::\s*\w+\s*=|=>|:=|==?|:|,)\s*(?:\(\s*)?[a-z]?)"
    r"(?P<quote>\"\"\"|'''|[\"'])(?P<value>[^\"'\r\n]+)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"^(?P<name>[ \t]*(?:export\s+|-\s+)?[\w.-]*?{_NAME})(?P<given>(?:=|:[ \t]+))(?P<quote>)"
    r"(?P<value>[^\s\"'#(){}\[\],;$<>]{6,})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = r"(?:<[^<>]*>|\$?\{[^{}]*\})"
_PLACEHOLDER = re.compile(
    rf"{_FIELD}.*|.*{_FIELD}|\$\([^()]*\)|(?:%\([^()]*\)[a-z]|(?-i:%[sdr]))+|%\w+%"
    r"|(?-i:\$[A-Z_][A-Z0-9_]*|\$[a-z_]+|\$\d)"
    r"|x+|\*+|\.+|none|null|true|false|redacted|changeme|your[-_].*|example(?:[-_. ].*|[a-z]*)",
    re.IGNORECASE,
)
"""What stands for a value that is put in elsewhere."""
_PASSWORDS = frozenset({"password", "passwd", "passphrase", "pwd", "pass"})
_SHORTEST_PASSWORD = 4
_SHORTEST_RANDOM = 12
_RANDOM_BITS = 3.0
"""Bits a character (Shannon) from which a value with letters and digits looks random; words stay below."""

_SECRET_NAMES = re.compile(
    r"\.env(?:\..+)?|.+\.env|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg)|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?"
    r"|\.?(?:netrc|_netrc|pgpass|htpasswd|npmrc|pypirc|git-credentials|dockercfg|s3cfg|boto)"
    r"|.*credentials?(?:\.(?:json|ya?ml|toml|ini|cfg|txt|csv|xml))?|.*secrets?\.(?:json|ya?ml|toml|ini|cfg|txt|env)"
    r"|service[-_]?account.*\.json|terraform\.tfstate(?:\.backup)?|.+\.tfvars|kubeconfig|master\.key",
    re.IGNORECASE,
)
_HARMLESS_NAMES = re.compile(r"\.env\.(?:example|sample|template|dist)", re.IGNORECASE)
_SECRET_FOLDERS = frozenset({".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker"})


def redact(text: str) -> str:
    """The text with everything that looks like a secret replaced; line numbers stay, but for blocks of key."""
    return _redacted(text)[0]


def restored(answer: str, asked: str) -> str | None:
    """What a model made of a text that was redacted, with the secret in its place again.

    None where the answer hides something and it is not certain what: the person's value must never be lost.
    """
    _, hidden = _redacted(asked)
    if REDACTED not in answer or (REDACTED in asked and not hidden):
        return answer
    return answer.replace(REDACTED, hidden[0]) if len(set(hidden)) == 1 and REDACTED not in asked else None


@lru_cache(maxsize=32)
def _redacted(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its secrets, and those; remembered, as several answers are asked for with the same texts."""
    hidden: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        hidden.append(found[0])
        return REDACTED

    def hide(found: re.Match[str]) -> str:
        kind, value, quote = found["kind"].lower(), found["value"], found["quote"]
        spoken = kind != "passphrase" or "," in found["given"]  # words with spaces between them are a sentence
        if (spoken and any(map(str.isspace, value.strip()))) or not _looks_secret(kind, value, bare=not quote):
            return found[0]
        hidden.append(value)
        return f"{found['name']}{found['given']}{quote}{REDACTED}"

    small = text.casefold()  # as the expressions compare, which take more than ASCII for an "s" or a "k"
    for mark, shape in _COMPILED:
        if mark in small:
            text = shape.sub(replaced, text)
    if any(mark in small for mark in _KIND_MARKS):
        text = _BARE.sub(hide, _QUOTED.sub(hide, text))
    return text, tuple(hidden)


def is_secret_file(path: str) -> bool:
    """Whether a file (a path or URI) is one of those that hold secrets by custom, so that nothing of it may be sent."""
    parts = PurePath(path).parts if "\\" not in path else PureWindowsPath(path).parts
    if not parts:
        return False
    if _SECRET_FOLDERS & set(parts[:-1]):
        return True
    return bool(_SECRET_NAMES.fullmatch(parts[-1])) and not _HARMLESS_NAMES.fullmatch(parts[-1])


def _looks_secret(kind: str, value: str, *, bare: bool) -> bool:
    if _PLACEHOLDER.fullmatch(value):
        return False
    if kind in _PASSWORDS:
        sure = not bare and kind != "pass"  # a pass may be one of a compiler
        return len(value) >= _SHORTEST_PASSWORD and (sure or any(not character.isalpha() for character in value))
    return len(value) >= _SHORTEST_RANDOM and _looks_random(value)


def _looks_random(value: str) -> bool:
    if not (any(map(str.isdigit, value)) and any(map(str.isalpha, value))):
        return False
    counts = Counter(value)
    bits = -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
    return bits >= _RANDOM_BITS
