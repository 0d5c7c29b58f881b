"""Diagnostics as checkers and the interpreter word them, and the edits that answer them."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.mend import Kind, Known, read, remedies

NAME = "import os\n\n\ndef total(prices):\n    return sum(price)\n"
UNUSED = "import os\nfrom json import dumps, loads\n\n\ndef show(x):\n    return dumps(x)\n"


def answered(message: str, text: str, at: str, known: Known) -> list[str]:
    """The texts that the remedies make where a message is about the last place of ``at``."""
    start = text.rindex(at)
    complaint = read(message, text, start, start + len(at))
    return [each.applied(text, "f") for each in remedies(complaint, text, "f", known)] if complaint else []


@pytest.mark.parametrize(
    "message",
    [
        "Undefined name `price`",
        '"price" is not defined',
        'Name "price" is not defined  [name-defined]',
        "undefined name 'price'",
        "Undefined variable 'price'",
        "Name `price` used when not defined",
        "NameError: name 'price' is not defined. Did you mean: 'prices'?",
    ],
)
def test_a_misspelled_name_becomes_the_nearest_in_scope(message: str) -> None:
    found = answered(message, NAME, "price", Known(names=("prices", "total", "os")))
    assert found[0] == NAME.replace("sum(price)", "sum(prices)")


def test_a_module_that_was_never_imported_is_imported_behind_the_others() -> None:
    text = "import os\n\nprint(math.pi, os.sep)\n"
    found = answered("Undefined name `math`", text, "math", Known(names=("os",), modules=("math", "os")))
    assert found[0] == "import os\nimport math\n\nprint(math.pi, os.sep)\n"


@pytest.mark.parametrize(
    ("name", "line"),
    [("Path", "from pathlib import Path"), ("np", "import numpy as np"), ("rate", "from tax import rate")],
)
def test_a_name_is_imported_from_where_it_lives(name: str, line: str) -> None:
    text = f'"""What it is for."""\n\nprint({name})\n'
    known = Known(modules=("numpy",), homes={"rate": ("tax",)})
    assert answered(f"Undefined name `{name}`", text, name, known)[0] == text.replace("\n\n", f"\n{line}\n\n", 1)


@pytest.mark.parametrize(
    ("message", "at", "line"),
    [
        ("`os` imported but unused", "os", ""),
        ('"os" is not accessed', "os", ""),
        ("Unused import os", "import os", ""),
    ],
)
def test_an_unused_import_goes_with_its_line(message: str, at: str, line: str) -> None:
    assert answered(message, UNUSED, at, Known()) == [UNUSED.replace("import os\n", line)]


@pytest.mark.parametrize(
    "message", ["`json.loads` imported but unused", '"loads" is not accessed', "Unused loads imported from json"]
)
def test_of_several_imported_names_the_others_stay(message: str) -> None:
    assert answered(message, UNUSED, "loads", Known()) == [UNUSED.replace(", loads", "")]


def test_an_import_goes_by_its_name_where_the_range_is_its_alias() -> None:
    assert answered("`numpy` imported but unused", "import numpy as np\n", "np", Known()) == [""]


def test_the_only_line_of_a_block_becomes_pass_and_a_question_by_import_stays() -> None:
    inside = "def f():\n    import os\n"
    assert answered("`os` imported but unused", inside, "os", Known()) == ["def f():\n    pass\n"]
    asking = "try:\n    import os\nexcept ImportError:\n    print(1)\n"
    assert answered("`os` imported but unused", asking, "os", Known()) == []


@pytest.mark.parametrize(
    "message",
    [
        'Cannot access attribute "apend" for class "list[int]"\n  Attribute "apend" is unknown',
        '"list[int]" has no attribute "apend"; maybe "append" or "pop"?  [attr-defined]',
        "Instance of 'list' has no 'apend' member",
        "Object of type `list[int]` has no attribute `apend`",
        "AttributeError: 'list' object has no attribute 'apend'. Did you mean: 'append'?",
    ],
)
def test_a_misspelled_attribute_becomes_the_nearest_member(message: str) -> None:
    text = "items = [1]\nitems.apend(2)\n"
    assert answered(message, text, "apend", Known(members=dir(list)))[0] == text.replace("apend", "append")


def test_a_misspelled_imported_name_and_module_become_those_that_exist() -> None:
    text = "from tax import rates\n"
    found = answered('"rates" is unknown import symbol', text, "rates", Known(members=("rate", "vat")))
    assert found == ["from tax import rate\n"]
    found = answered('Import "maths" could not be resolved', "import maths\n", "maths", Known(modules=("math", "os")))
    assert found == ["import math\n"]


def test_what_is_no_complaint_of_these_kinds_has_no_remedy() -> None:
    assert read("Line too long (130 > 120)", NAME, 0, 10) is None
    assert read('Argument of type "int" cannot be assigned to parameter "x"', NAME, 0, 10) is None


@pytest.mark.parametrize(
    "message",
    [
        '"price" is not a known attribute of "None"',
        'Item "None" of "Shop | None" has no attribute "price"',
        'Item "None" of "Optional[Shop]" has no attribute "price"',
        "'NoneType' object has no attribute 'price'",
        "Attribute 'price' defined outside __init__",
        "Do not call `getattr` with a constant attribute value: `price`",
    ],
)
def test_a_member_of_nothing_is_no_misspelled_one(message: str) -> None:
    assert read(message, NAME, NAME.rindex("price"), NAME.rindex("price") + 5) is None


@given(
    st.lists(st.sampled_from(["import os", "from json import dumps, loads", "x = 1", "import os, sys"]), max_size=5),
    st.sampled_from(["os", "loads", "json.loads", "sys"]),
    st.integers(0, 60),
    st.sampled_from(["`{}` imported but unused", "Undefined name `{}`", "no attribute `{}`"]),
)
def test_every_remedy_parses_and_says_where_it_stands(lines: list[str], name: str, at: int, message: str) -> None:
    text = "".join(f"{line}\n" for line in lines)
    complaint = read(message.format(name), text, min(at, len(text)), len(text))
    known = Known(names=("oss", "load"), modules=("os", "sys"), members=("load", "dump"))
    for remedy in remedies(complaint, text, "f", known) if complaint else ():
        ast.parse(remedy.applied(text, "f"))
        assert complaint is not None
        assert complaint.kind in Kind
        assert remedy.title
