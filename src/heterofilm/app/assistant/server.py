"""The tools of a project for assistants that speak the Model Context Protocol, by its official SDK."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import wraps
from pathlib import Path
from typing import Any

from ..._version import __version__
from ...errors import HeterofilmError, require
from .tools import Tools

__all__ = ["NAMES", "server"]

NAMES = ("files", "read", "library", "analyse", "simulate", "fit")
INSTRUCTIONS = (
    "Numbers of thin-film batteries from the files of one project. Report every number with its unit, its uncertainty "
    "and what stands beside it (assumed, in doubt, left open); do not fill in what a tool does not say."
)


def server(folder: str | Path) -> Any:
    """The server over a folder, not yet running.

    Errors: `MissingExtraError` without the SDK, `InputError` for a folder that is none.
    """
    require("mcp.server.mcpserver", "mcp", "`heterofilm mcp`")
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp.types import ToolAnnotations

    tools = Tools(folder)
    made = MCPServer("heterofilm", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    for name in NAMES:
        about = ToolAnnotations(read_only_hint=True, open_world_hint=False)
        made.tool(name=name, annotations=about, structured_output=True)(_said(getattr(tools, name), ToolError))
    return made


def _said(tool: Callable[..., Any], refused: type[Exception]) -> Callable[..., Any]:
    """A tool whose refusals are sentences to the assistant, and whose libraries do not speak between."""

    @wraps(tool)
    def told(*given: Any, **named: Any) -> Any:
        try:
            with redirect_stdout(sys.stderr):
                return tool(*given, **named)
        except (HeterofilmError, ValueError, MemoryError) as error:
            raise refused(str(error)[:2000] or "This needs more memory than there is.") from None

    return told
