"""Who has neither the token's cookie, nor a right host, nor a right origin gets nothing; pages carry their policy."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from heterofilm.app.server.guard import MOST_BODY, Guard, policy

TOKEN = "right"
COOKIE = (b"cookie", b"other=1; heterofilm-8000=right")
HOST = (b"host", b"127.0.0.1:8000")
PAGE = b"<html><script>a()</script><script type='module'>b()</script>&lt;script&gt;</html>"


async def page(scope: Any, receive: Any, send: Any) -> None:
    """The application behind the guard: a page in two pieces."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(PAGE)).encode())]
    assert b"x-forwarded-prefix" not in dict(scope["headers"])
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
    await send({"type": "http.response.body", "body": PAGE[20:]})


def asked(*headers: tuple[bytes, bytes], kind: str = "http", **scope: Any) -> list[Any]:
    """What is sent for a request."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    given = {"type": kind, "path": "/", "method": "GET", "query_string": b"", "headers": [*headers]} | scope
    asyncio.run(Guard(page, TOKEN, ["127.0.0.1", "::1", "localhost"], 8000)(given, None, send))  # type: ignore[arg-type]
    return sent


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 421),
        ([(b"host", b"elsewhere.example:8000"), COOKIE], 421),
        ([(b"host", b"127.0.0.1:8001"), COOKIE], 421),
        ([(b"host", b"127.0.0.1"), COOKIE], 421),
        ([HOST], 403),
        ([HOST, (b"cookie", b"heterofilm-8000=wrong")], 403),
        ([HOST, (b"cookie", b"heterofilm-8000=")], 403),
        ([HOST, (b"cookie", b"heterofilm-8001=right")], 403),
        ([HOST, (b"cookie", b"\xff\xfe;;;=[]")], 403),
        ([HOST, COOKIE, (b"origin", b"http://elsewhere.example")], 403),
        ([HOST, COOKIE, (b"origin", b"null")], 403),
        ([HOST, COOKIE, (b"origin", b"http://127.0.0.1:8001")], 403),
        ([HOST, COOKIE, (b"content-length", str(MOST_BODY + 1).encode())], 413),
        ([HOST, COOKIE, (b"content-length", b"9" * 5000)], 413),
        ([HOST, COOKIE, (b"content-length", b"-1")], 413),
        ([HOST, COOKIE], 200),
        ([(b"host", b"[::1]:8000"), COOKIE], 200),
        ([(b"host", b"LOCALHOST:8000"), COOKIE, (b"origin", b"http://localhost:8000")], 200),
        ([HOST, COOKIE, (b"x-forwarded-prefix", b'"><script>')], 200),
    ],
)
def test_who_is_let_in(headers: list[tuple[bytes, bytes]], status: int) -> None:
    """The same for a socket: it is closed before it is accepted."""
    assert asked(*headers)[0]["status"] == status
    answer = asked(*headers, kind="websocket")[0]["type"]
    assert answer == ("websocket.accept" if status == 200 else "websocket.close")


def test_the_token_becomes_a_cookie_of_this_port() -> None:
    """It leaves the address at once, and no script can read it."""
    (start, _) = asked(HOST, query_string=b"token=right")
    headers = dict(start["headers"])
    assert start["status"] == 303 and headers[b"location"] == b"/"
    assert headers[b"set-cookie"] == b"heterofilm-8000=right; Path=/; HttpOnly; SameSite=Strict"
    for given in (b"token=wrong", b"token=", b"token=right2", b"token=%FF", b""):
        assert asked(HOST, query_string=given)[0]["status"] == 403
    assert asked(HOST, query_string=b"token=right", path="/own/app.css")[0]["status"] == 403
    assert asked(HOST, query_string=b"token=right", kind="websocket")[0]["type"] == "websocket.close"


def test_a_page_carries_its_policy() -> None:
    """A nonce of its own, on the scripts of the template alone; nothing inline besides, nothing from elsewhere."""
    first, second = (asked(HOST, COOKIE) for _ in range(2))
    headers = dict(first[0]["headers"])
    (nonce,) = re.findall(r"'nonce-([\w-]+)'", headers[b"content-security-policy"].decode())
    body = first[1]["body"].decode()
    assert body.count(f'<script nonce="{nonce}"') == 2 and "&lt;script&gt;" in body
    assert int(headers[b"content-length"]) == len(first[1]["body"])
    assert nonce not in dict(second[0]["headers"])[b"content-security-policy"].decode()
    assert headers[b"x-content-type-options"] == b"nosniff" and headers[b"referrer-policy"] == b"no-referrer"
    scripts = policy("n").split("script-src ")[1].split(";")[0]
    assert scripts == "'self' 'nonce-n' 'unsafe-eval'" and "http" not in policy("n") and "*" not in policy("n")
