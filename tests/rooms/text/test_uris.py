"""Paths and URIs name each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.uris import path_of, uri_of


@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).map(lambda name: "/" + name.lstrip("/"))
)
def test_a_path_survives_its_uri(path: str) -> None:
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/a%20b/%C3%A9.py", "/home/a b/é.py"),
        ("file://localhost/a.py", "/a.py"),
        ("file://server/share/a.py", "//server/share/a.py"),
        ("file:///C%3A/Users/a.py", "c:/Users/a.py"),
        ("file:///c:/Users/a.py", "c:/Users/a.py"),
        ("file:///odd%FF.py", "/odd\udcff.py"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
        ("vscode-notebook-cell:/a.ipynb#W0", "vscode-notebook-cell:/a.ipynb#W0"),
    ],
)
def test_a_uri_names_a_path_or_stays_what_it_is(uri: str, path: str) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("C:\\Users\\a b.py", "file:///c:/Users/a%20b.py"),
        ("/a#b?c.py", "file:///a%23b%3Fc.py"),
        ("/odd\udcff.py", "file:///odd%FF.py"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
    ],
)
def test_a_path_is_quoted(path: str, uri: str) -> None:
    assert uri_of(path) == uri
