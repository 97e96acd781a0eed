"""What all actions of a session have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ...errors import InputError, did_you_mean
from .state import State

__all__ = ["Act", "Short", "Text", "known"]

Short = Annotated[str, Field(max_length=300)]
Text = Annotated[str, Field(max_length=200_000)]


class Act(BaseModel):
    """What all actions have. `apply`: the state after it. Errors: `InputError` where it makes no sense there."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def apply(self, state: State) -> State:
        raise NotImplementedError

    @property
    def words(self) -> str:
        """What was decided, for the log."""
        raise NotImplementedError

    def python(self, before: State) -> str:
        """The line of the script that does it."""
        raise NotImplementedError

    def replaces(self, last: Act) -> bool:
        """Whether it takes the place of the action before it: a slider on its way, a text as it is typed."""
        return False


def known(name: str, there: Mapping[str, Any], what: str) -> Any:
    """What stands under a name. Errors: `InputError`."""
    if name not in there:
        raise InputError(f"There is no {what} '{name}'.{did_you_mean(name, there)}")
    return there[name]
