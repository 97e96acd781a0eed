"""Settings of the whole suite: the same draws in every run, or (``make explore``) many new ones."""

from __future__ import annotations

import gc
import os
from collections import Counter
from typing import Any

from hypothesis import settings

# without a deadline: time says more of the machine than of the code
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """What builds a wheel begins first: at the end one of two workers would wait for it."""
    items.sort(key=lambda item: "test_packaging" not in item.nodeid)


def pytest_collection() -> None:
    """Modules and tests are made, and nothing of them is left over that would have to be looked for."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What is there now stays: not to be looked through again whenever a test has made much that does not."""
    gc.enable()
    gc.set_threshold(10_000, 20, 20)
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was not tried stands at the end, counted by its reason: a suite without its data must not look whole."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    reasons = Counter(str(report.longrepr[-1]).removeprefix("Skipped: ") for report in skipped)
    terminalreporter.section(f"not tried: {len(skipped)}")
    for reason, count in reasons.most_common(20):
        terminalreporter.write_line(f"{count:5d}  {reason}")
    if len(reasons) > 20:
        terminalreporter.write_line(f"{sum(reasons.values()) - sum(n for _, n in reasons.most_common(20)):5d}  others")
