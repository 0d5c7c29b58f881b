"""A test depends on more than what runs in it: each of these would be missed by a map of that alone.

In every project the edit makes exactly the tests named in it fail. The whole suite knows that; what is selected for
the edit has to know it too, after the tests were rehearsed once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from winnow.facts import TestOutcome as Ended

if TYPE_CHECKING:
    from collections.abc import Callable

    from winnow.proof import Prover

PATIENCE = 60.0


@dataclass(frozen=True)
class Hidden:
    """A project by file, an edit of one of them, and the tests that it makes fail."""

    files: dict[str, str]
    edit: tuple[str, str, str]
    fail: tuple[str, ...]


CASES = {
    "a function that runs only when its module is imported": Hidden(
        {
            "rules.py": "RULES = {}\n\n\ndef rule(name, value):\n    RULES[name] = value\n\n\nrule('two', 2)\n",
            "test_rules.py": "import rules\n\n\ndef test_two():\n    assert rules.RULES['two'] == 2\n",
        },
        ("rules", "= value", "= value + 1"),
        ("test_rules.py::test_two",),
    ),
    "a function that makes the parameters": Hidden(
        {
            "cases.py": "def cases():\n    return [1, 2]\n",
            "test_cases.py": (
                "import pytest\nfrom cases import cases\n\n\n"
                "@pytest.mark.parametrize('case', cases())\ndef test_case(case):\n    assert case > 0\n"
            ),
        },
        ("cases", "[1, 2]", "[1, -2]"),
        ("test_cases.py::test_case[-2]",),
    ),
    "a decorator": Hidden(
        {
            "twice.py": "def twice(f):\n    def run(x):\n        return 2 * f(x)\n    return run\n",
            "area.py": "from twice import twice\n\n\n@twice\ndef area(x):\n    return x * x\n",
            "test_area.py": "from area import area\n\n\ndef test_area():\n    assert area(3) == 18\n",
        },
        ("twice", "2 * f(x)", "3 * f(x)"),
        ("test_area.py::test_area",),
    ),
    "a fixture that an earlier test of the module has set up": Hidden(
        {
            "store.py": "def build():\n    return {'a': 1, 'b': 2}\n",
            "test_store.py": (
                "import pytest\nfrom store import build\n\n\n@pytest.fixture(scope='module')\ndef store():\n"
                "    return build()\n\n\ndef test_a(store):\n    assert store['a'] == 1\n\n\n"
                "def test_b(store):\n    assert store['b'] == 2\n"
            ),
        },
        ("store", "'b': 2", "'b': 3"),
        ("test_store.py::test_b",),
    ),
    "a fixture asked for while the test runs": Hidden(
        {
            "store.py": "def build():\n    return {'a': 1, 'b': 2}\n",
            "test_store.py": (
                "import pytest\nfrom store import build\n\n\n@pytest.fixture(scope='session')\ndef store():\n"
                "    return build()\n\n\ndef test_a(request):\n    assert request.getfixturevalue('store')['a'] == 1\n"
                "\n\ndef test_b(request):\n    assert request.getfixturevalue('store')['b'] == 2\n"
            ),
        },
        ("store", "'b': 2", "'b': 3"),
        ("test_store.py::test_b",),
    ),
    "the class of a unittest that is set up once": Hidden(
        {
            "store.py": "def build():\n    return {'a': 1, 'b': 2}\n",
            "test_store.py": (
                "import unittest\nfrom store import build\n\n\nclass TestStore(unittest.TestCase):\n    @classmethod\n"
                "    def setUpClass(cls):\n        cls.store = build()\n\n    def test_a(self):\n"
                "        self.assertEqual(self.store['a'], 1)\n\n    def test_b(self):\n"
                "        self.assertEqual(self.store['b'], 2)\n"
            ),
        },
        ("store", "'b': 2", "'b': 3"),
        ("test_store.py::TestStore::test_b",),
    ),
    "a cache that an earlier test has filled": Hidden(
        {
            "table.py": (
                "from functools import lru_cache\n\n\n@lru_cache\ndef table():\n    return {'a': 1, 'b': 2}\n\n\n"
                "def look(name):\n    return table()[name]\n"
            ),
            "test_table.py": (
                "from table import look\n\n\ndef test_a():\n    assert look('a') == 1\n\n\n"
                "def test_b():\n    assert look('b') == 2\n"
            ),
        },
        ("table", "'b': 2", "'b': 3"),
        ("test_table.py::test_b",),
    ),
    "a dictionary that an earlier variant of the test has filled": Hidden(
        {
            "table.py": (
                "TABLE = {}\n\n\ndef build():\n    return {'a': 1, 'b': 2}\n\n\n"
                "def look(name):\n    if not TABLE:\n        TABLE.update(build())\n    return TABLE[name]\n"
            ),
            "test_table.py": (
                "import pytest\nfrom table import look\n\n\n@pytest.mark.parametrize('name', ['a', 'b'])\n"
                "def test_look(name):\n    assert look(name) == {'a': 1, 'b': 2}[name]\n"
            ),
        },
        ("table", "'b': 2", "'b': 3"),
        ("test_table.py::test_look[b]",),
    ),
    "a cache that an earlier test has filled, behind a fixture that is slow to set up": Hidden(
        {
            "table.py": (
                "from functools import lru_cache\n\n\n@lru_cache(maxsize=None)\ndef table():\n"
                "    return {'a': 1, 'b': 2}\n\n\ndef look(name):\n    return table()[name]\n"
            ),
            "test_table.py": (
                "import time\nimport pytest\nfrom table import look\n\n\n@pytest.fixture(scope='module')\n"
                "def server():\n    time.sleep(0.1)\n\n\ndef test_first(server):\n    assert look('a') == 1\n\n\n"
                "def test_a(server):\n    assert look('a') == 1\n\n\ndef test_b(server):\n    assert look('b') == 2\n"
            ),
        },
        ("table", "'b': 2", "'b': 3"),
        ("test_table.py::test_b",),
    ),
    "a global that an earlier test has made": Hidden(
        {
            "table.py": (
                "TABLE = None\n\n\ndef build():\n    return {'a': 1, 'b': 2}\n\n\ndef look(name):\n    global TABLE\n"
                "    if TABLE is None:\n        TABLE = build()\n    return TABLE[name]\n"
            ),
            "test_table.py": (
                "from table import look\n\n\ndef test_a():\n    assert look('a') == 1\n\n\n"
                "def test_b():\n    assert look('b') == 2\n"
            ),
        },
        ("table", "'b': 2", "'b': 3"),
        ("test_table.py::test_b",),
    ),
    "a thread": Hidden(
        {
            "work.py": "def work(found):\n    found.append(1)\n",
            "test_work.py": (
                "import threading\nfrom work import work\n\n\ndef test_work():\n    found = []\n"
                "    thread = threading.Thread(target=work, args=(found,))\n    thread.start()\n    thread.join()\n"
                "    assert found == [1]\n"
            ),
        },
        ("work", "append(1)", "append(2)"),
        ("test_work.py::test_work",),
    ),
    "a process of its own": Hidden(
        {
            "tool.py": "def answer():\n    return 42\n\n\nif __name__ == '__main__':\n    print(answer())\n",
            "test_tool.py": (
                "import subprocess, sys\n\n\ndef test_tool():\n"
                "    said = subprocess.run([sys.executable, 'tool.py'], stdout=subprocess.PIPE, check=True).stdout\n"
                "    assert said.strip() == b'42'\n\n\ndef test_other():\n    assert True\n"
            ),
        },
        ("tool", "42", "43"),
        ("test_tool.py::test_tool",),
    ),
    "a conftest that imports what is edited": Hidden(
        {
            "limits.py": "LIMIT = 3\n",
            "conftest.py": "import builtins\nimport limits\n\nbuiltins.LIMIT = limits.LIMIT\n",
            "test_limit.py": "def test_limit():\n    assert LIMIT == 3\n",
            "test_other.py": "import limits\n\n\ndef test_other():\n    assert limits\n",
        },
        ("limits", "3", "4"),
        ("test_limit.py::test_limit",),
    ),
    "a hook of a conftest": Hidden(
        {
            "conftest.py": "import builtins\n\n\ndef pytest_runtest_setup(item):\n    builtins.DEPTH = 3\n",
            "test_depth.py": "def test_depth():\n    assert DEPTH == 3\n",
        },
        ("conftest", "= 3", "= 4"),
        ("test_depth.py::test_depth",),
    ),
    "a package whose init is edited": Hidden(
        {
            "shop/__init__.py": "TAX = 2\n",
            "shop/price.py": "import sys\n\n\ndef price():\n    return sys.modules['shop'].TAX\n",
            "test_price.py": "from shop.price import price\n\n\ndef test_price():\n    assert price() == 2\n",
        },
        ("shop/__init__", "2", "3"),
        ("test_price.py::test_price",),
    ),
    "a module that is imported while the test runs": Hidden(
        {
            "rates.py": "RATE = 2\n\n\ndef half():\n    return RATE / 2\n",
            "test_rates.py": (
                "def test_half():\n    from rates import half\n    assert half() > 0\n\n\n"
                "def test_rate():\n    from importlib import import_module\n"
                "    assert import_module('rates').RATE == 2\n"
            ),
        },
        ("rates", "RATE = 2", "RATE = 3"),
        ("test_rates.py::test_rate",),
    ),
    "a module that is imported by one that is imported while the test runs": Hidden(
        {
            "low.py": "LOW = 1\n",
            "high.py": "from low import LOW\n\nHIGH = LOW + 1\n",
            "test_low.py": "def test_low():\n    import low\n    assert low.LOW\n",
            "test_high.py": "def test_high():\n    import high\n    assert high.HIGH == 2\n",
        },
        ("low", "LOW = 1", "LOW = 2"),
        ("test_high.py::test_high",),
    ),
    "a module that a fixture of an earlier test has imported": Hidden(
        {
            "tools.py": "SIZE = 4\n",
            "test_tools.py": (
                "import pytest\n\n\n@pytest.fixture(scope='module')\ndef tools():\n    import tools\n"
                "    return tools\n\n\ndef test_a(tools):\n    assert tools.SIZE\n\n\n"
                "def test_b(tools):\n    assert tools.SIZE == 4\n"
            ),
        },
        ("tools", "SIZE = 4", "SIZE = 5"),
        ("test_tools.py::test_b",),
    ),
    "a class whose body is edited": Hidden(
        {
            "shape.py": "class Shape:\n    sides = 4\n\n    def corners(self):\n        return self.sides\n",
            "test_shape.py": "from shape import Shape\n\n\ndef test_corners():\n    assert Shape().corners() == 4\n",
        },
        ("shape", "sides = 4", "sides = 5"),
        ("test_shape.py::test_corners",),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_what_a_test_depends_on_selects_it(project: Callable[..., Any], case: Hidden) -> None:
    here = project(**{name.removesuffix(".py"): text for name, text in case.files.items()})
    module, old, new = case.edit
    snapshot = here.snapshot(**{module: case.files[f"{module}.py"]})
    async with here.prover() as prover:
        before = await _rehearse(prover, snapshot)
        assert set(before.values()) == {Ended.PASSED}
        candidate = here.candidate(snapshot, module, old, new)
        evidence = await prover.examine(candidate, snapshot, PATIENCE, thorough=True)
        edited = here.snapshot(**{module: case.files[f"{module}.py"].replace(old, new, 1)})
        after = await _rehearse(prover, edited)
    failed = tuple(test for test, outcome in after.items() if outcome is Ended.FAILED)
    assert failed == case.fail
    assert evidence.refuted
    assert (here.folder / f"{module}.py").read_text() == case.files[f"{module}.py"]


async def test_of_tests_that_import_while_they_run_only_those_that_import_a_module_are_asked_of_it(
    project: Callable[..., Any],
) -> None:
    one, two = "ONE = 1\n", "TWO = 2\n"
    here = project(
        one=one,
        two=two,
        test_one="def test_one():\n    import one\n    assert one.ONE\n",
        test_two="def test_two():\n    import two\n    assert two.TWO\n",
    )
    snapshot = here.snapshot(one=one)
    async with here.prover() as prover:
        await _rehearse(prover, snapshot)
        evidence = await prover.examine(here.candidate(snapshot, "one", "1", "3"), snapshot, PATIENCE, thorough=True)
        assert [result.test for result in evidence.passed] == ["test_one.py::test_one"]
        assert set(await _rehearse(prover, here.snapshot(one="ONE = 0\n"))) == {"test_one.py::test_one"}


async def test_a_data_file_selects_the_tests_that_read_it(project: Callable[..., Any]) -> None:
    here = project(
        test_data="from pathlib import Path\n\n\ndef test_data():\n"
        "    assert Path(__file__).with_name('data.txt').read_text() == 'right'\n\n\n"
        "def test_other():\n    assert True\n"
    )
    here.write("data.txt", "right")
    async with here.prover() as prover:
        assert set((await _rehearse(prover, here.snapshot())).values()) == {Ended.PASSED}
        assert [prover.reads(str(here.folder / name)) for name in ("data.txt", "log.txt")] == [True, False]
        here.write("data.txt", "wrong")
        assert await _rehearse(prover, here.snapshot()) == {"test_data.py::test_data": Ended.FAILED}
    async with here.prover() as prover:
        await _rehearse(prover, here.snapshot())
        here.write("data.txt", "right")
        assert await _rehearse(prover, here.snapshot()) == {"test_data.py::test_data": Ended.PASSED}


async def test_prose_with_examples_is_tested_like_code(project: Callable[..., Any]) -> None:
    here = project(rates="RATE = 2\n", test_other="def test_other():\n    assert True\n")
    here.write("pytest.ini", "[pytest]\naddopts = --doctest-glob=*.rst\n")
    here.write("guide.rst", ">>> import rates\n>>> rates.RATE\n2\n")
    snapshot = here.snapshot(rates="RATE = 2\n")
    async with here.prover() as prover:
        assert set((await _rehearse(prover, snapshot)).values()) == {Ended.PASSED}
        assert prover.reads(str(here.folder / "guide.rst"))
        evidence = await prover.examine(here.candidate(snapshot, "rates", "2", "3"), snapshot, PATIENCE)
        assert [result.test for result in evidence.failed] == ["guide.rst::guide.rst"]
        here.write("guide.rst", ">>> import rates\n>>> rates.RATE\n40\n")
        assert await _rehearse(prover, snapshot) == {"guide.rst::guide.rst": Ended.FAILED}


async def test_a_file_saved_by_another_program_selects_its_tests(project: Callable[..., Any]) -> None:
    here = project()
    async with here.prover() as prover:
        await _rehearse(prover, here.snapshot())
        here.write("calc.py", (here.folder / "calc.py").read_text().replace("add(x, x)", "add(x, 1)"))
        after = await _rehearse(prover, here.snapshot())
        assert after == {"test_calc.py::test_scale[1]": Ended.PASSED, "test_calc.py::test_scale[2]": Ended.FAILED}
        assert await _rehearse(prover, here.snapshot()) == {}


async def test_a_new_test_file_is_found_and_a_deleted_one_forgotten(project: Callable[..., Any]) -> None:
    here = project()
    async with here.prover() as prover:
        await _rehearse(prover, here.snapshot())
        here.write("tests/test_new.py", "def test_new():\n    assert True\n")
        assert await _rehearse(prover, here.snapshot()) == {"tests/test_new.py::test_new": Ended.PASSED}
        (here.folder / "tests" / "test_new.py").unlink()
        await _rehearse(prover, here.snapshot())
        assert "tests/test_new.py::test_new" not in prover.tests()


async def test_the_next_session_knows_how_the_tests_stood_and_runs_what_failed(project: Callable[..., Any]) -> None:
    tests = (
        "from calc import two\n\n\ndef test_two():\n    assert two() == 2\n\n\ndef test_odd():\n    assert two() % 2\n"
    )
    here = project(calc="def two():\n    return 2\n", test_calc=tests)
    async with here.prover() as prover:
        before = {each.test: each.seconds async for each in prover.rehearse(here.snapshot())}
    async with here.prover() as prover:
        found = {each.test: each async for each in prover.rehearse(here.snapshot())}
        assert {test: each.outcome for test, each in found.items()} == {
            "test_calc.py::test_two": Ended.PASSED,
            "test_calc.py::test_odd": Ended.FAILED,
        }
        two, odd = found["test_calc.py::test_two"], found["test_calc.py::test_odd"]
        assert (two.path, two.line) == (str(here.folder / "test_calc.py"), 3)
        assert two.seconds == before[two.test], "it ran again"
        assert "assert" in odd.message
        assert await _rehearse(prover, here.snapshot()) == {}


@pytest.mark.parametrize("longer", [False, True])
async def test_what_a_test_reaches_keeps_its_name_when_an_edit_above_moves_it(
    project: Callable[..., Any], *, longer: bool
) -> None:
    here = project()
    short = (here.folder / "calc.py").read_text()
    long = short.replace("    return a + b", "    total = a\n    total += b\n\n\n    return total")
    first, second = (short, long) if longer else (long, short)
    async with here.prover() as prover:
        await _rehearse(prover, here.snapshot(calc=first))
        before = prover.reached()
        moved = here.snapshot(calc=second)
        assert len(await _rehearse(prover, moved)) > 1
        assert prover.reached() == before


async def test_what_is_installed_in_an_environment_inside_the_project_is_not_the_projects(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = project(test_rate="from rates import rate\n\n\ndef test_rate():\n    assert rate() == 2\n")
    packages = here.folder / ".venv" / "lib" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "rates.py").write_text("def rate():\n    return 2\n")
    monkeypatch.setenv("PYTHONPATH", str(packages))
    async with here.prover() as prover:
        assert await _rehearse(prover, here.snapshot()) == {"test_rate.py::test_rate": Ended.PASSED}
        reached = {path for places in prover.reached().values() for path, _ in places}
        assert reached == {str(here.folder / "test_rate.py")}


async def _rehearse(prover: Prover, snapshot: Any) -> dict[str, Ended]:
    return {result.test: result.outcome async for result in prover.rehearse(snapshot)}
