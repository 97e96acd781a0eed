"""A parser whose options are declared when it is asked for: what a command imports is loaded by that command alone.

``--json`` is declared here, for every command and action alike. The options that were given, not what they were given,
are in ``told``: a default says nothing (`depends`).
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import Any, NoReturn

from ..errors import bearable

__all__ = ["LazyParser"]

_NEGATIVE = re.compile(r"-(\d|\.\d)")


class LazyParser(argparse.ArgumentParser):
    """``declare`` adds the options, once, before the first arguments are parsed; what is wrong is a bearable line."""

    declare: Callable[[argparse.ArgumentParser], None] | None = None

    def ready(self) -> None:
        """Have the options declared."""
        if self.declare is not None:
            declare, self.declare = self.declare, None
            self._negative_number_matcher = _NEGATIVE  # "-1.2cm2" is a value too, for us to refuse
            declare(self)
            if "--json" not in self._option_string_actions:
                self.add_argument(
                    "--json", action="store_true", default=argparse.SUPPRESS, help="answer as one JSON document"
                )

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # type: ignore[override]
        self.ready()
        self.told = frozenset[str]()
        found, left = super().parse_known_args(args, namespace)
        found.told = getattr(found, "told", frozenset()) | self.told
        return found, left

    def _get_values(self, action: argparse.Action, arg_strings: Any) -> Any:
        """The value of an argument; asked for those that are given, and for arguments without a name."""
        self.told |= set(action.option_strings)
        return super()._get_values(action, arg_strings)  # type: ignore[misc]

    def error(self, message: str) -> NoReturn:
        super().error(bearable(message))
