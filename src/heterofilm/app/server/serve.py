"""Starting the app: a socket on this machine alone, a token, one project, one page."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import secrets
import shutil
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ...errors import HeterofilmError, InputError, require
from ..folder import OWN
from ..project import Project
from .guard import Guard

__all__ = ["serve"]

STATIC = Path(__file__).parents[1] / "static"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    folder: str | Path, host: str = "127.0.0.1", port: int = 0, *, others: bool = False, show: bool = True,
    told: Callable[[str], Any] = print,
) -> None:  # fmt: skip
    """Serve a project until the process is asked to end; jobs that run go on.

    `host`: the address to listen at; one that other machines reach needs `others`, and whoever has the address with its
    token then reads and writes the project. `port`: 0 for a free one. `show`: open a browser. `told`: is given the
    address.

    Errors: `HeterofilmError` for another host without `others`, a port that is taken, a folder that is none or is open
    in another app, and where NiceGUI is not installed.
    """
    if not others and not _is_loopback(host):
        raise InputError(
            f"'{host}' can be reached by other machines; whoever has the app's address then reads and writes the "
            "project. Say so with --others, or leave --host out."
        )
    if others and _is_loopback(host):
        raise InputError(
            f"--others has no effect at '{host}', which only this machine reaches; name --host, or leave it."
        )
    for package in ("nicegui", "uvicorn"):
        require(package, "app", "The app")
    import uvicorn

    listening = _listening(host, port)
    try:
        project = Project(folder)
    except BaseException:
        listening.close()
        raise
    try:
        shutil.rmtree(project.folder / OWN / "drops", ignore_errors=True)  # of drops that were not finished
        number = listening.getsockname()[1]
        token = secrets.token_urlsafe(32)
        app = _application(project)
        guarded = Guard(app, token, [*LOOPBACK, *(["*"] if others else [])], number)
        at = "127.0.0.1" if host in ("0.0.0.0", "") else f"[{host}]" if ":" in host else host
        address = f"http://{at}:{number}/?token={token}"
        config = uvicorn.Config(
            guarded, log_level="warning", server_header=False, date_header=False, access_log=False,
            ws_max_size=16_000_000, timeout_graceful_shutdown=2, lifespan="on", proxy_headers=False,
        )  # fmt: skip
        server = uvicorn.Server(config)
        project.live.warm()
        told(address)
        if show:
            webbrowser.open(address)
        server.run(sockets=[listening])
    finally:
        project.close()
        listening.close()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    if not 0 <= port <= 65535:
        raise InputError(f"There is no port {port}; name one from 1024 to 65535, or leave it out.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        raise InputError(f"Cannot listen at {host}, port {port}: {error.strerror or error}; name another.") from None
    return listening


def _application(project: Project) -> Any:
    """The pages, the files behind them, and the way in for what is dropped."""
    from fastapi import FastAPI
    from fastapi.responses import PlainTextResponse
    from fastapi.staticfiles import StaticFiles
    from nicegui import app as pages
    from nicegui import ui

    from .. import words
    from ..tabs.atoms import AtomsTab
    from ..tabs.cell import CellTab
    from ..tabs.compare import CompareTab
    from ..tabs.design import DesignTab
    from ..tabs.device import DeviceTab
    from ..tabs.film import FilmTab
    from ..tabs.fits import Fits
    from ..tabs.junction import JunctionTab
    from ..tabs.page import Hub, Page
    from ..tabs.paper import PaperTab
    from ..tabs.samples import Samples
    from ..tabs.session import SessionTab
    from ..tabs.test import TestTab
    from .uploads import drop_place, received

    tabs = (
        Samples, Fits, CompareTab, FilmTab, JunctionTab, CellTab, TestTab, DesignTab, DeviceTab, AtomsTab, PaperTab,
        SessionTab,
    )  # fmt: skip
    hub = Hub(project)
    logging.getLogger("nicegui").setLevel(logging.WARNING)

    @asynccontextmanager
    async def life(_: Any) -> AsyncIterator[None]:
        beating = asyncio.create_task(hub.beat())
        try:
            yield
        finally:
            beating.cancel()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.mount("/own", StaticFiles(directory=STATIC))

    async def take(request: Any) -> PlainTextResponse:
        """A file of a drop: nothing, or a sentence that says why it was not taken."""
        drop, path = (request.query_params.get(key, "") for key in ("drop", "path"))
        try:
            await received(drop_place(project.folder, drop), path, request.stream())
        except HeterofilmError as error:
            return PlainTextResponse(str(error))
        return PlainTextResponse("")

    app.add_route("/files", take, methods=["POST"])

    def page() -> None:
        ui.add_head_html('<link rel="stylesheet" href="/own/app.css"><script defer src="/own/app.js"></script>')
        dark = ui.context.client.request.cookies.get("theme") == "dark"
        Page(hub, tabs, dark).build()

    pages.on_exception(lambda error: logging.getLogger("heterofilm").error("%s: %s", type(error).__name__, error))
    ui.run_with(
        app, root=page, title=f"{words.TITLE}: {project.folder.name}", language="en-US", tailwind=False, dark=None,
        gzip_middleware_factory=None, binding_refresh_interval=None, reconnect_timeout=10.0, show_welcome_message=False,
    )  # fmt: skip
    return app
