"""In front of every request and every socket: the right host, the token of this launch, a bounded body; behind every
page: a policy that lets it load nothing from elsewhere.

The token is in the address that is printed once; whoever opens it gets a cookie for that port and an address without
it. A page of another site that asks in the user's browser has neither the cookie (SameSite=Strict) nor the right
origin, and a name that an attacker points at this machine is not among the hosts.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

__all__ = ["Guard", "policy"]

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MOST_BODY = 600_000_000  # bytes of a request: a file of 500 MB, and what is around it
UNASKED = "This page is opened by the address with its token that 'heterofilm app' printed when it was started.\n"
OTHER_HOST = "This name of a host is not one of the app's: open the address that 'heterofilm app' printed.\n"
TOO_LARGE = "This is larger than what the app takes.\n"


def policy(nonce: str) -> str:
    """What a page may do. Scripts are the app's own or carry the nonce of the page; nothing comes from another host.

    NiceGUI compiles its templates in the browser (unsafe-eval), and Vue, Quasar and Plotly set styles (unsafe-inline).
    """
    own = {
        "default-src": "'none'", "script-src": f"'self' 'nonce-{nonce}' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'", "img-src": "'self' data: blob:", "font-src": "'self' data:",
        "connect-src": "'self'", "worker-src": "'self' blob:", "manifest-src": "'self'", "base-uri": "'none'",
        "form-action": "'none'", "frame-ancestors": "'none'", "object-src": "'none'",
    }  # fmt: skip
    return "; ".join(f"{name} {sources}" for name, sources in own.items())


class Guard:
    """An ASGI application in front of another."""

    def __init__(self, app: Any, token: str, hosts: Sequence[str], port: int) -> None:
        """`hosts`: names and addresses by which the app is reached; "*" for any, where the user let others in."""
        self.app = app
        self.token = token
        self.any_host = "*" in hosts
        bare = [f"[{host}]" if ":" in host else host for host in hosts]
        self.hosts = {*(f"{host}:{port}" for host in bare), *(bare if port == 80 else ())}
        self.cookie = f"heterofilm-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "").lower()
        origin = headers.get(b"origin")
        if not self.any_host and host not in self.hosts:
            await _refuse(scope, send, 421, OTHER_HOST)
        elif origin is not None and origin.lower() not in (f"http://{host}", f"https://{host}"):
            await _refuse(scope, send, 403, OTHER_HOST)
        elif scope["type"] == "http" and self._has_token(scope):
            await self._let_in(scope, send)
        elif not self._knows(headers.get(b"cookie", "")):
            await _refuse(scope, send, 403, UNASKED)
        elif len(size := headers.get(b"content-length", "0")) > 15 or not size.isdigit() or int(size) > MOST_BODY:
            await _refuse(scope, send, 413, TOO_LARGE)
        else:
            # a proxy's word on where the page lies would be written into it
            scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"x-forwarded-prefix"]
            await self.app(scope, receive, _Dressed(send) if scope["type"] == "http" else send)

    def _knows(self, cookies: str) -> bool:
        try:
            found = SimpleCookie(cookies).get(self.cookie)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self.token.encode())

    def _has_token(self, scope: Scope) -> bool:
        if scope["path"] != "/" or scope["method"] != "GET":
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return hmac.compare_digest(given.encode(), self.token.encode())

    async def _let_in(self, scope: Scope, send: Send) -> None:
        cookie = f"{self.cookie}={self.token}; Path=/; HttpOnly; SameSite=Strict"
        headers = [(b"location", b"/"), (b"set-cookie", cookie.encode()), (b"referrer-policy", b"no-referrer"),
                   (b"cache-control", b"no-store"), (b"content-length", b"0")]  # fmt: skip
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


async def _refuse(scope: Scope, send: Send, status: int, words: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = words.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Dressed:
    """Answers with the headers of the policy; the scripts of a page get its nonce."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: MutableMapping[str, Any] | None = None
        self.page: list[bytes] | None = None
        self.nonce = ""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.nonce = secrets.token_urlsafe(16)
            kept = [pair for pair in message["headers"] if pair[0].lower() != b"content-security-policy"]
            message["headers"] = [
                *kept,
                (b"content-security-policy", policy(self.nonce).encode()),
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"no-referrer"),
                (b"cross-origin-opener-policy", b"same-origin"),
                (b"cross-origin-resource-policy", b"same-origin"),
            ]
            kind = dict((name.lower(), value) for name, value in kept).get(b"content-type", b"")
            if kind.startswith(b"text/html"):
                self.start, self.page = message, []
                return
        elif message["type"] == "http.response.body" and self.page is not None:
            self.page.append(message.get("body", b""))
            if message.get("more_body"):
                return
            # whatever users say is escaped in a page: every "<script" in it is of its template
            body = b"".join(self.page).replace(b"<script", f'<script nonce="{self.nonce}"'.encode())
            assert self.start is not None
            kept = [pair for pair in self.start["headers"] if pair[0].lower() != b"content-length"]
            self.start["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
            await self.send(self.start)
            self.page = None
            message = {**message, "body": body}
        await self.send(message)
