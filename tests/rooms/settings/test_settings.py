"""What an editor sends becomes settings; what makes no sense is named, and left as it was."""

from __future__ import annotations

from dataclasses import fields

import pytest

from winnow.settings import Settings


def test_nested_and_dotted_keys_mean_the_same() -> None:
    nested, none = Settings().merge({"openai": {"model": "small"}, "tests": {"timeout": 3}})
    dotted, nothing = Settings().merge({"openai.model": "small", "tests.timeout": 3})
    assert nested == dotted
    assert (nested.model, nested.test_seconds) == ("small", 3.0)
    assert not none
    assert not nothing


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("trusted", "yes"),
        ("provider", "oracle"),
        ("eagerness", 3),
        ("tests.timeout", -1),
        ("tests.timeout", True),
        ("repair.rounds", "two"),
        ("repair.rounds", 1.5),
        ("repair.tokens", -1),
        ("tests.arguments", "-x"),
        ("tests.arguments", [1]),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_and_left_as_it_was(key: str, value: object) -> None:
    settings, problems = Settings().merge({key: value})
    assert settings == Settings()
    assert len(problems) == 1
    assert f"winnow.{key}" in problems[0]


def test_an_unknown_key_is_named() -> None:
    assert Settings().merge({"colour": 1})[1] == ("winnow.colour is not a setting of Winnow.",)


def test_null_leaves_a_setting_as_it_was() -> None:
    assert Settings().merge({"openai": {"model": None}}) == (Settings(), ())


def test_every_default_is_a_value_that_the_setting_takes() -> None:
    for each in fields(Settings):
        default = getattr(Settings(), each.name)
        assert Settings().merge({str(each.metadata["key"]): default}) == (Settings(), ())
