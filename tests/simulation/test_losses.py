"""Mean losses of voltage."""

import numpy as np
import pytest

from heterofilm.simulation.losses import mean_losses
from heterofilm.simulation.run import simulate


def test_mean_losses_add_up() -> None:
    """To the mean potential without losses less the mean voltage, of any step."""
    record = simulate("voc1-half", "Discharge at 20 uA/cm2; Charge at 20 uA/cm2", dV=0.02)
    for step in (1, 2):
        frame = record.step(step).frame
        q = frame["charge_C_m2"].to_numpy()
        off = frame["reversible_V"].to_numpy() - frame["voltage_V"].to_numpy()
        mean = np.trapezoid(off, q) / (q[-1] - q[0])
        assert sum(mean_losses(record, step).values()) == pytest.approx(mean, abs=1e-9)
        assert mean * (1 if step == 1 else -1) > 0.0
