"""A parser whose options are declared when it is asked for: what a command imports is loaded by that command alone.

``--json`` is declared here, for every command and action alike.
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
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        super().error(bearable(message))
