from __future__ import annotations

import pytest

from winnow.paths import is_of_tests, serves_tests


@pytest.mark.parametrize(
    "path",
    ["test_cart.py", "/shop/tests/test_cart.py", "/shop/cart_test.go", "/shop/conftest.py", "/shop/cart.spec.ts"],
)
def test_a_file_of_tests_is_told_by_its_name(path: str) -> None:
    assert is_of_tests(path)


@pytest.mark.parametrize(
    "path", ["/shop/cart.py", "/shop/contest.py", "/test_shop/cart.py", "/shop/latest.py", "/shop/test_cart.py/cart.py"]
)
def test_any_other_file_is_not(path: str) -> None:
    assert not is_of_tests(path)


@pytest.mark.parametrize(
    ("path", "serves"),
    [
        ("/test/shop/cart.py", False),
        ("/test/shop/cart_test.py", True),
        ("/test/shop/tests/helpers.py", True),
        ("/test/shop/src/cart/tests/data/made.py", True),
        ("/test/shop/test/helpers.py", True),
        ("/test/shop/src/test/client.py", False),
        ("/test/shop/cart/tests.py", True),
        ("/tests/elsewhere/cart.py", False),
    ],
)
def test_what_lies_among_the_tests_of_a_project_serves_them(path: str, *, serves: bool) -> None:
    assert serves_tests(path, "/test/shop") is serves
