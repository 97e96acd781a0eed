"""The server as an assistant's client of the SDK has it, within the process and over the pipes of the command."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from heterofilm.app.assistant.server import NAMES, server

sdk = pytest.importorskip("mcp", reason="the extra 'mcp' is not installed")

SHORT = "Discharge at 80 uA/cm2 until 2.15 V"


def asked(to: Any, *calls: tuple[str, dict[str, Any]]) -> tuple[list[Any], list[Any]]:
    """The tools that a client sees, and its answers."""

    async def talk() -> tuple[list[Any], list[Any]]:
        async with sdk.Client(to) as client:
            known = await client.list_tools()
            return list(known.tools), [await client.call_tool(name, given) for name, given in calls]

    return asyncio.run(talk())


def test_a_client_reads_and_simulates(tmp_path: Path) -> None:
    """All tools are told with what they take, none of them writes; a refusal is a sentence, not an end."""
    (tmp_path / "p").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    tools, (found, out, slip) = asked(
        server(tmp_path / "p"),
        ("simulate", {"cell": "vo-half", "test": SHORT}),
        ("read", {"path": "../secret.txt"}),
        ("simulate", {"cell": "vo-half", "test": "Dischage at 5 uA/cm2"}),
    )
    assert [tool.name for tool in tools] == list(NAMES)
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    assert not {"shell", "run", "write", "exec"} & {tool.name for tool in tools}
    assert not found.is_error and found.structured_content["numbers"][0]["value"] > 0.0
    assert out.is_error and "leads out" in out.content[0].text
    assert slip.is_error and "Did you mean" in slip.content[0].text


def test_over_pipes(tmp_path: Path) -> None:
    """As an assistant starts it: by the command, nothing but the protocol on its output."""
    (tmp_path / "note.txt").write_text("by hand")
    command = sdk.StdioServerParameters(
        command=sys.executable, args=["-m", "heterofilm", "mcp", str(tmp_path)], env=dict(os.environ)
    )
    _, (found,) = asked(command, ("read", {"path": "note.txt"}))
    assert found.structured_content["text"] == "by hand"
