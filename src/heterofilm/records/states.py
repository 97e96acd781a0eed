"""The states of a cell at the end of its steps, from which another run may go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError


@dataclass(frozen=True, eq=False)
class States:
    """One row per step whose end was kept.

    - `step`: shape (n,), the numbers of the steps; `rows`: shape (n, size), what the cell remembers;
    - `about`: what it is the state of (film, phases, mesh); `values`: a digest of the values of the cell.
    """

    step: NDArray[np.int64]
    rows: NDArray[np.float64]
    about: dict[str, Any]
    values: str = ""

    def at(self, step: int | None = None) -> NDArray[np.float64]:
        """The state at the end of a step, of the last one by default.

        Errors: `HeterofilmError` for a step whose state was not kept.
        """
        if not self.step.size:
            raise InputError("The record holds no state to start from.")
        if step is None:
            return self.rows[-1]
        found = np.flatnonzero(self.step == step)
        if not found.size:
            kept = ", ".join(map(str, self.step[:8].tolist())) + (" ..." if self.step.size > 8 else "")
            raise InputError(
                f"The record holds the states at the ends of the steps {kept}, not of {step}: keep that cycle."
            )
        return self.rows[found[-1]]

    def of_step(self, step: int) -> States:
        """The state of one step alone, or none."""
        chosen = self.step == step
        return States(self.step[chosen], self.rows[chosen], self.about, self.values)

    def equals(self, other: States) -> bool:
        """Whether both hold exactly the same."""
        same = self.about == other.about and self.values == other.values and np.array_equal(self.step, other.step)
        return same and self.rows.tobytes() == other.rows.tobytes()
