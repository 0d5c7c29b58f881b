"""File URIs and paths. A URI that names no file (``untitled:``, ``vscode-notebook-cell:``) stays as it is."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

_DRIVE = re.compile(r"^/?([A-Za-z])[:|](?=[/\\]|$)")


@lru_cache(maxsize=4096)
def path_of(uri: str) -> str:
    """The path of a file URI; any other URI is returned unchanged, and is no file of any folder."""
    if not uri.startswith("file:"):
        return uri
    parts = urlsplit(uri)
    path = unquote(parts.path, errors="surrogateescape")
    if drive := _DRIVE.match(path):
        return f"{drive[1].lower()}:{path[drive.end() :]}"
    return f"//{parts.netloc}{path}" if parts.netloc not in {"", "localhost"} else path


@lru_cache(maxsize=4096)
def uri_of(path: str) -> str:
    """The URI of a path; what is no path (a URI already) is returned unchanged."""
    if re.match(r"^[A-Za-z][A-Za-z0-9+.-]+:", path):
        return path
    drive = _DRIVE.match(path)
    path = f"/{drive[1].lower()}:{path[drive.end() :]}".replace("\\", "/") if drive else path
    return "file://" + quote(path, safe="/:~@!$&'()*+,;=", errors="surrogateescape")
