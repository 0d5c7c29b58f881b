from __future__ import annotations

import re
import sys
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.proof.agent.modules import describe
from winnow.proof.agent.outline import Outline
from winnow.proof.names import ModuleFacts, ProjectNames, module_names, unknown_names, wanted_modules
from winnow.proof.names_units import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDARD = Path(sys.modules["json"].__file__ or "").parents[1]
SITE = Path(pytest.__file__).parents[1]
BEFORE = """
import json
from shop import stock

class Stock:
    def __init__(self):
        self.count = 1

    def reserve(self, n):
        self.count -= n

def load(text):
    return json.loads(text)
"""
PROJECT = ProjectNames(
    modules={"shop": frozenset(), "shop.stock": frozenset({"Stock", "empty"}), "shop.made": None}, module="shop.order"
)


def facts(*texts: str, project: ProjectNames = PROJECT) -> ModuleFacts:
    return ModuleFacts.of(describe(sorted(frozenset().union(*(wanted_modules(t, project) for t in texts)))))


def unknown(after: str, before: str = BEFORE, project: ProjectNames = PROJECT) -> tuple[str, ...]:
    return unknown_names(before, after, modules=facts(before, after, project=project), project=project)


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        ("def f():\n    return jsn.loads('1')\n", "`jsn` is not defined here (did you mean `json`?)"),
        ("x = [y for y in range(3) if yy]\n", "`yy` is not defined here"),
        ("import requets_of_nobody\n", "module `requets_of_nobody` cannot be found"),
        ("from json import dump_str\n", "`json` has no member `dump_str` (did you mean `dumps`?)"),
        ("x = json.dump_str({})\n", "`json` has no member `dump_str` (did you mean `dumps`?)"),
        ("import json.decoders\n", "module `json.decoders` cannot be found (did you mean `json.decoder`?)"),
        ("from .stock import Stok\n", "`shop.stock` has no member `Stok` (did you mean `Stock`?)"),
        ("x = stock.emtpy()\n", "`shop.stock` has no member `emtpy` (did you mean `empty`?)"),
        ("import os\nx = os.lisdir('.')\n", "`os` has no member `lisdir` (did you mean `listdir`?)"),
    ],
)
def test_an_invention_is_named(added: str, sentence: str) -> None:
    assert unknown(BEFORE + added) == (sentence,)


def test_an_attribute_that_nothing_gives_to_self_is_named() -> None:
    after = BEFORE.replace("self.count -= n", "self.count -= n\n        self.reserv(n)")
    assert unknown(after) == ("`Stock` has no attribute `reserv` (did you mean `reserve`?)",)


@pytest.mark.parametrize(
    "added",
    [
        "try:\n    import nobody_has_this\nexcept ImportError:\n    nobody_has_this = None\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from nobody_has_this import X\n",
        "import sys\nif sys.platform == 'win32':\n    import nobody_has_this\n    json.nothing()\n",
        "try:\n    unicode\nexcept NameError:\n    unicode = str\n",
        "globals()['made'] = 1\nx = made\n",
        "def f():\n    global late\n    late = 1\nx = late\n",
        "def f():\n    def g():\n        nonlocal n\n        n = n + 1\n    n = 0\n    return g\n",
        "class C:\n    a = 1\n    b = [x for x in (a,)]\n    c = lambda self: self.a\n",
        "match json.loads('1'):\n    case {'k': k, **rest}:\n        k, rest\n    case [a, *b]:\n        a, b\n",
        "def f(v):\n    return w if (w := v) else __name__\n",
        "json.made = 1\nx = json.made\n",
        "x = json.nothing if hasattr(json, 'nothing') else None\n",
        "def f(json):\n    return json.nothing\n",
        "class M(type):\n    pass\nclass C(metaclass=M):\n    def __init__(self): pass\n    def f(self): self.made\n",
        "class C:\n    def __init__(self): pass\n    def __getattr__(self, n): return n\n    def f(self): self.made\n",
        "class C(stock.Stock):\n    def __init__(self): pass\n    def f(self): self.inherited\n",
        "class C:\n    def __init__(self): self.__dict__.update(a=1)\n    def f(self): return self.a\n",
        "@stock.decorate\nclass C:\n    def __init__(self): pass\n    def f(self): return self.made\n",
        "def f():\n    x = 1\n    del x\n    x: int = 2\n    return x\n",
        "def top(a):\n    return a\n",
        "class B:\n    def __init__(self, **k): self.__dict__ = k\nclass C(B):\n    def f(self): return self.made\n",
    ],
)
def test_what_may_well_be_there_is_let_pass(added: str) -> None:
    assert [s for s in unknown(BEFORE + added) if "`decorate`" not in s] == []


def test_a_star_import_makes_names_unknowable_unless_the_module_is_known() -> None:
    assert unknown("from shop.made import *\nx = whatever\n", "") == ()
    assert unknown("from shop.stock import *\nx = Stock, whatever\n", "") == ("`whatever` is not defined here",)


def test_what_was_unknown_before_is_not_held_against_the_edit() -> None:
    before = "x = injected_by_the_runner\n"
    assert unknown(before + "y = injected_by_the_runner\n", before) == ()


def test_a_text_that_did_not_parse_before_is_compared_by_its_words() -> None:
    before = "x = injected\ny = ("
    assert unknown("x = injected\ny = (invented)\n", before) == ("`invented` is not defined here",)


def test_a_text_that_does_not_parse_has_no_sentences() -> None:
    assert unknown("def (:\n") == ()
    assert module_names("def (:\n") is None


@given(st.text(alphabet="abc=()[]:.\n  defclassimport_", max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    unknown_names(BEFORE, text, modules=ModuleFacts(), project=PROJECT)


@pytest.mark.parametrize(
    ("old", "new", "in_order"),
    [
        ("self.count -= n", "self.count -= max(n, 1)", True),
        ("self.count -= n", "self.count -= top", False),
        ("self.count -= n", "self.cuont -= n + self.tally", False),
        ("json.loads(text)", "json.dumps(text)", True),
        ("json.loads(text)", "json.dump_str(text)", False),
        ("json.loads(text)", "[json for json in text]", True),
        ("json.loads(text)", "(stock.empty(), Stock().reserve(1))", True),
        ("json.loads(text)", "stock.emtpy()", False),
        ("    return json.loads(text)", "    import sys\n    return sys", False),
        ("def load(text)", "def load(text, more)", None),
        ("import json", "import json, sys", None),
        ("    return json.loads(text)", "    # as it is\n    return json.loads(text)", True),
    ],
)
def test_an_edit_inside_a_function_is_looked_through_alone(old: str, new: str, in_order: object) -> None:
    around = Surroundings.of(BEFORE, facts(BEFORE), PROJECT)
    assert around.in_order(BEFORE.replace(old, new)) is in_order


def test_what_one_function_no_longer_gives_to_another_is_not_overlooked() -> None:
    before = BEFORE + "\ndef start():\n    global late\n    late = 1\n\ndef use(x):\n    return late, x.made\n"
    around = Surroundings.of(before, facts(before), PROJECT)
    assert around.in_order(before.replace("late = 1", "late = 2")) is True
    assert around.in_order(before.replace("    global late\n", "")) is False
    given = before.replace("self.count -= n", "self.made = n")
    around = Surroundings.of(given, facts(given), PROJECT)
    assert around.in_order(before) is False


REAL = [
    *sorted((STANDARD / "json").glob("*.py")),
    *(
        STANDARD / f"{name}.py"
        for name in ("argparse", "dataclasses", "poplib", "re/__init__", "socket", "ssl", "typing")
    ),
    *sorted((STANDARD / "asyncio").glob("*.py")),
    *sorted((SITE / "_pytest").rglob("*.py")),
    *sorted((SITE / "click").glob("*.py")),
]


@pytest.mark.parametrize("path", REAL, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_there_is_no_false_alarm_in_real_code(path: Path) -> None:
    root = SITE if SITE in path.parents else STANDARD
    parts = path.relative_to(root).with_suffix("").parts
    package = parts[-1] == "__init__"
    project = ProjectNames(module=".".join(parts[:-1] if package else parts), is_package=package)
    said = unknown(path.read_text("utf-8"), "", project)
    assert [s for s in said if "`twisted" not in s and "`zope" not in s] == []  # pytest works with these where they are


def invented(text: str, chance: Random) -> Iterator[str]:
    """Texts in which a word inside a function was exchanged for another."""
    lines = text.splitlines(keepends=True)
    for unit in Outline(text).units:
        places = [n for n in range(unit.first, min(unit.end, len(lines))) if re.search(r"\b[a-z_]{3,}\b", lines[n])]
        if places:
            at = chance.choice(places)
            word = chance.choice(re.findall(r"\b[a-z_]{3,}\b", lines[at]))
            changed = re.sub(rf"\b{word}\b", chance.choice(["nobody_made_this", word + "s", "self"]), lines[at])
            yield "".join([*lines[:at], changed, *lines[at + 1 :]])


@pytest.mark.parametrize("path", REAL[::6], ids=lambda p: f"{p.parent.name}/{p.name}")
def test_what_is_in_order_by_its_function_alone_is_in_order_in_its_file(path: Path) -> None:
    text = path.read_text("utf-8")
    known = facts(text)
    around = Surroundings.of(text, known, PROJECT)
    chance = Random(path.name)  # noqa: S311 - a sample, guards nothing
    for after in islice(invented(text, chance), 25):
        try:
            in_order = around.in_order(after)
        except SyntaxError:
            continue
        if in_order:
            assert unknown_names(text, after, modules=known, project=PROJECT) == ()
