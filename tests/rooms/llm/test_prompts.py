"""What is sent, and how answers are read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.facts import Excerpt
from winnow.llm import Answer, Attempt, Brief, EndpointError, redact
from winnow.llm.answers import block_is_closed, completion_of, patch_of
from winnow.llm.fim import template_of, trim_markers
from winnow.llm.prompts import around, chat_messages, fim_prompt, repair_messages
from winnow.llm.secrets import REDACTED

from .conftest import Make, context_of

METHOD = "    def total(self):\n        return sum(self.items[1:])\n"
BRIEF = Brief(
    test="tests/test_stock.py::test_total",
    message="assert 3 == 4",
    path="/home/me/project/stock.py",
    unit="Stock.total",
    source=METHOD.lstrip(" "),
    file="class Stock:\n" + METHOD + "\n    def left(self):\n        return self.total()\n",
    start=len("class Stock:\n    "),
    end=len("class Stock:\n" + METHOD),
    attempts=(Attempt(text="def total(self): return 4", verdict="test_empty failed"),),
    values="self.items = [1, 3]",
)


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("qwen2.5-coder:1.5b-base", "Qwen"),
        ("Qwen/Qwen2.5-Coder-7B", "Qwen"),
        ("/models/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf", "Qwen"),
        ("Qwen3-Coder-30B-A3B-Instruct", "Qwen"),
        ("deepseek-coder-v2:16b", "DeepSeek"),
        ("bigcode/starcoder2-3b", "StarCoder"),
        ("starcoder:1b", "StarCoder"),
        ("codellama:7b-code", "CodeLlama"),
        ("codellama/CodeLlama-13b-hf", "CodeLlama"),
        ("codestral-2501", "Codestral"),
        ("granite-code:3b", "StarCoder"),
        ("ibm-granite/granite-8b-code-base", "StarCoder"),
        ("granite-4.0-h-tiny", "Granite"),
        ("gpt-5", None),
        ("llama3.1:8b", None),
        ("qwen3:8b", None),
    ],
)
def test_a_family_is_known_by_the_model_s_name(model: str, family: str | None) -> None:
    template = template_of(model)
    assert (template.family if template else None) == family


def test_braces_in_the_code_do_not_disturb_a_template(at: Make) -> None:
    template = template_of("codestral")
    assert template is not None
    code = around(at("x = {prefix}<CURSOR>{suffix}"))
    assert fim_prompt(code, template) == "[SUFFIX]{suffix}[PREFIX]x = {prefix}"
    assert trim_markers("a + b[SUFFIX]c", template) == "a + b"


def test_excerpts_are_comments_with_their_paths_the_most_useful_nearest(at: Make) -> None:
    excerpts = (
        Excerpt(uri="file:///home/me/project/a.py", text="def first(): ...", why="called here"),
        Excerpt(uri="file:///home/me/project/b.py", text="def second(): ...", why="similar"),
        Excerpt(uri="file:///home/me/project/.env", text="PASSWORD=hunter2", why="recent"),
    )
    head = around(at("x = <CURSOR>", excerpts=excerpts)).head
    assert head.index("second") < head.index("# project/a.py: called here") < head.index("# def first(): ...")
    assert "hunter2" not in head
    assert "/home" not in head


def test_a_line_of_an_excerpt_is_one_comment_whatever_characters_stand_in_it(at: Make) -> None:
    excerpt = Excerpt(uri="file:///project/a.py", text="words = 'a\u2028b\fc'\n", why="similar")
    assert around(at("y = <CURSOR>", excerpts=(excerpt,))).head.count("\n# ") == 1


def test_a_file_is_named_as_a_person_writes_it(at: Make) -> None:
    excerpt = Excerpt(uri="file:///home/me/work%20%28old%29/caf%C3%A9.py", text="x = 1\n", why="similar")
    code = around(at("y = <CURSOR>", excerpts=(excerpt,)))
    assert code.head.startswith("# work (old)/café.py: similar\n")
    asked = chat_messages(code, "file:///home/me/a%26b/till.py")[-1]["content"]
    assert asked.startswith("a&b/till.py\n")


def test_secrets_are_hidden_in_every_part_of_every_prompt(at: Make) -> None:
    line = 'password = "hunter2"\n'
    excerpt = Excerpt(uri="file:///a.py", text=line, why="similar")
    code = around(at(line + "x = <CURSOR>\n" + line, excerpts=(excerpt,)))
    template = template_of("starcoder")
    assert template is not None
    brief = replace(
        BRIEF,
        message=line,
        test_source=line,
        values=line,
        file=line + BRIEF.file,
        source=line,
        excerpts=(excerpt,),
        attempts=(Attempt(text=line, verdict="no"),),
    )
    for sent in (fim_prompt(code, template), str(chat_messages(code, "/a.py")), str(repair_messages(brief))):
        assert "hunter2" not in sent
        assert "REDACTED" in sent


@given(st.integers(400, 6000), st.integers(0, 300), st.integers(0, 300))
def test_a_prompt_keeps_its_budget_at_line_ends(budget: int, above: int, below: int) -> None:
    line = "some_name = other_name\n"
    excerpts = (Excerpt(uri="file:///a.py", text=line * 20, why="similar"),)
    code = around(context_of(line * above + "x = <CURSOR>\n" + line * below, excerpts=excerpts), budget)
    assert len(code.head) + len(code.prefix) + len(code.suffix) <= budget + 1
    assert code.prefix.endswith("x = ")
    assert code.prefix.startswith(("some_name", "x = "))
    assert code.suffix.endswith("\n")


def test_a_repair_is_told_everything_and_shown_the_unit_at_its_place() -> None:
    asked = repair_messages(BRIEF)[1]["content"]
    for told in (BRIEF.test, BRIEF.message, BRIEF.values, "test_empty failed", "def left", "project/stock.py"):
        assert told in asked
    assert "\n" + METHOD in asked
    assert "/home" not in asked


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("sum(xs)", "sum(xs)"),
        ("```python\nsum(xs)\n```", "sum(xs)"),
        ("Here is the missing code:\n```\nsum(xs)\n```\nIt sums.", "sum(xs)"),
        ("<think>The user wants\nsum.</think>sum(xs)", "sum(xs)"),
        ("<think>Hm, perhaps", ""),
        ("The user wants a sum.</think>sum(xs)", "sum(xs)"),
        ("`sum(xs)`", "sum(xs)"),
        ("```py", ""),
        ("```python\nsum(", "sum("),
        ("sum(xs)<HOLE/>", "sum(xs)"),
        ("def total(xs):\n    return sum(xs)\n", " sum(xs)\n"),
    ],
)
def test_code_is_found_in_what_a_chat_model_says(said: str, code: str) -> None:
    assert completion_of(said, "import os\n\n\ndef total(xs):\n    return").strip() == code.strip()


def test_a_patch_is_placed_like_the_unit_and_explained() -> None:
    said = "The first item is left out.\n```python\ndef total(self):\n    return sum(self.items)\n```\nDone."
    patch = patch_of(Answer(text=said), BRIEF)
    assert patch is not None
    assert patch.text == "def total(self):\n        return sum(self.items)\n"
    assert patch.explanation == "The first item is left out."


@pytest.mark.parametrize("said", ["I cannot.", "```python\n```", f"Same.\n```python\n{METHOD}```"])
def test_an_answer_that_changes_nothing_is_no_patch(said: str) -> None:
    assert patch_of(Answer(text=said), BRIEF) is None


def test_a_repair_is_whole_when_its_block_is_closed() -> None:
    said = "It is wrong.\n```python\ndef f(): ...\n"
    assert not block_is_closed(said)
    assert block_is_closed(said + "```\n")


HIDING = 'def connect(self):\n    return Client(password="hunter2hunter2", retries=1)\n'
TWICE = HIDING.replace("retries=1", 'token="ab12cd34ef56gh78"')


@pytest.mark.parametrize(
    ("source", "said", "text"),
    [
        (HIDING, redact(HIDING).replace("=1", "=2"), HIDING.replace("=1", "=2")),
        (TWICE, redact(TWICE).replace("return ", "return  "), None),  # which of the two goes where is not certain
        (METHOD, f'{METHOD}    key = "{REDACTED}"\n', None),
        (f"# {REDACTED}\n{METHOD}", f"# {REDACTED}\npass\n", f"# {REDACTED}\npass\n"),
    ],
)
def test_a_secret_that_was_hidden_from_a_model_is_never_lost_by_its_patch(
    source: str, said: str, text: str | None
) -> None:
    brief = replace(BRIEF, source=source, file=source, start=0, end=len(source))
    patch = patch_of(Answer(text=f"```python\n{said}```"), brief)
    assert (patch.text if patch else None) == text


def test_nothing_of_a_file_that_is_withheld_is_sent(at: Make) -> None:
    with pytest.raises(EndpointError, match="ignored"):
        around(replace(at("x = <CURSOR>"), withheld=True))
    with pytest.raises(EndpointError, match="ignored"):
        repair_messages(replace(BRIEF, withheld=True))


PLANTED = {
    "a password": ('db_password = "{}"', "hunter2secret"),
    "a key by its name": ('api_key = "{}"', "ab12cd34ef56gh78ij90"),
    "a key by its shape": ('client("{}")', "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ"),
    "an address": ('connect("postgres://app:{}@h/db")', "S3cr3tPw-of-mine"),
    "a web token": ('x = "{}"', f"eyJ{'aB3' * 9}.eyJ{'xY7' * 400}.{'qR5' * 14}"),
    "below its name": ('token = (\n    "{}"\n)', "ab12cd34ef56gh78ij90"),
    "a block": (
        'k = """-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----"""',
        "\n".join(("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJT" + f"{n:09}") for n in range(60)),
    ),
}
PIECE = 8
"""So many characters of a secret must not be sent."""


@given(
    st.sampled_from(sorted(PLANTED)),
    st.tuples(st.integers(0, 60), st.integers(0, 60)),
    st.floats(0, 1),
    st.sampled_from([400, 1000, 4000, 8000]),
    st.sampled_from(["\n", "; "]),
)
def test_nothing_of_a_secret_is_sent_wherever_the_cursor_is(
    kind: str, lines: tuple[int, int], at: float, budget: int, end: str
) -> None:
    written, secret = PLANTED[kind]
    above, below = (f"some_name = other{end}" * many for many in lines)
    text = above + written.replace("{}", secret) + end + below
    cursor = int(at * len(text))
    code = around(context_of(text[:cursor] + "<CURSOR>" + text[cursor:]), budget)
    sent = f"{code.prefix}\n\n{code.suffix}"
    pieces = {each[start : start + PIECE] for each in secret.split("\n") for start in range(len(each) - PIECE + 1)}
    assert not [piece for piece in pieces if piece in sent]


def test_a_cursor_in_a_secret_leaves_what_is_around_it(at: Make) -> None:
    code = around(at('user = "me"\npassword = "hunter<CURSOR>2secret"\nport = 1\n'))
    assert (code.prefix, code.suffix) == ('user = "me"\npassword = "REDACTED', '"\nport = 1\n')


def test_nothing_of_a_block_of_key_around_a_function_is_told_for_its_repair() -> None:
    written, secret = PLANTED["a block"]
    file = f"{written.replace('{}', secret)}\n{METHOD}\n{written.replace('{}', secret)}\n"
    start = file.index(METHOD)
    asked = str(repair_messages(replace(BRIEF, source=METHOD, file=file, start=start, end=start + len(METHOD)), 4000))
    assert not [line for line in secret.split("\n") if line in asked]
    assert "return sum" in asked
