"""What VS Code is told of the extension holds together."""

from __future__ import annotations

import json

from tests.editors.installation import ROOT

CLIENT = ROOT / "client-vscode"
PACKAGE = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))
CONTRIBUTED = PACKAGE["contributes"]
COMMANDS = {each["command"] for each in CONTRIBUTED["commands"]}


def test_no_client_command_has_the_name_of_a_server_command() -> None:
    source = (ROOT / "server" / "winnow" / "editor" / "commands.py").read_text(encoding="utf-8")
    clashing = [command for command in COMMANDS if f'"{command}"' in source]
    assert not clashing, "the language client registers the server's commands itself, and each name only once"


def test_every_command_that_is_offered_is_there() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (CLIENT / "src").glob("*.ts"))
    assert all(f'"{command}"' in source for command in COMMANDS)
    places = [place for menu in CONTRIBUTED["menus"].values() for place in menu] + CONTRIBUTED["keybindings"]
    named = {place["command"] for place in places if place["command"].startswith("winnow.")}
    assert named <= COMMANDS


def test_every_setting_is_documented_and_validated() -> None:
    for key, setting in CONTRIBUTED["configuration"]["properties"].items():
        assert setting["markdownDescription"], key
        match setting["type"]:
            case "integer" | "number":
                assert setting["minimum"] == 0, key
            case "array":
                assert setting["items"]["type"] == "string", key
            case other:
                assert other in {"boolean", "string"}, key


def test_what_is_shown_of_it_is_packed() -> None:
    packed = (CLIENT / ".vscodeignore").read_text(encoding="utf-8")
    assert (CLIENT / PACKAGE["icon"]).read_bytes().startswith(b"\x89PNG")
    assert f"!{PACKAGE['icon']}" in packed
    assert "!walkthrough/*.md" in packed
    for walkthrough in CONTRIBUTED["walkthroughs"]:
        for step in walkthrough["steps"]:
            assert (CLIENT / step["media"]["markdown"]).is_file()
