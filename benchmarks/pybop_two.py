"""PyBOP's two values: active shares of both electrodes of Chen2020 from 240 points of a discharge over 500 s.

Settings are those of its examples ``optimising_with_scipy_minimize`` (SPM, L-BFGS-B with gradients, 2 mV) and
``simple_dfn`` (DFN, voltage and open-circuit voltage, IRProp+, 5 mV); for PyBOP 26.3. No intervals, no pictures.
"""

import json
import sys
import time

import numpy as np
import pybamm
import pybop

NAMES = [f"{side} electrode active material volume fraction" for side in ("Negative", "Positive")]
VOLTAGE, OPEN = "Voltage [V]", "Bulk open-circuit voltage [V]"


def main(which):
    simple = which == "SPM"
    model = getattr(pybamm.lithium_ion, which)()
    values = pybamm.ParameterValues("Chen2020")
    truth = [values[name] for name in NAMES]
    t = np.linspace(0, 500, 240)
    run = pybamm.Simulation(model, parameter_values=values).solve(t_eval=t)
    columns = {"Time [s]": t, "Current [A]": run["Current [A]"](t), VOLTAGE: run[VOLTAGE](t), OPEN: run[OPEN](t)}
    columns[VOLTAGE] = columns[VOLTAGE] + np.random.default_rng(0).normal(0, 2e-3 if simple else 5e-3, t.size)
    data = pybop.Dataset(columns)
    before = time.process_time()
    centres, ends = ((0.6, 0.48), ([0.5, 0.8], [0.4, 0.7])) if simple else ((0.68, 0.58), ([0.4, 0.9], [0.4, 0.9]))
    begin = {} if simple else {"initial_value": 0.65}
    for name, centre, bounds in zip(NAMES, centres, ends, strict=True):
        values.update({name: pybop.Parameter(distribution=pybop.Gaussian(centre, 0.05, truncated_at=bounds), **begin)})
    simulator = pybop.pybamm.Simulator(model, parameter_values=values, protocol=data)
    if simple:
        problem = pybop.Problem(simulator, pybop.SumSquaredError(data))
        options = pybop.SciPyMinimizeOptions(maxiter=100, method="L-BFGS-B", jac=True)
        search = pybop.SciPyMinimize(problem, options=options)
    else:
        problem = pybop.Problem(simulator, pybop.RootMeanSquaredError(data, target=[VOLTAGE, OPEN]))
        search = pybop.IRPropPlus(problem, options=pybop.PintsOptions(max_iterations=60, max_unchanged_iterations=15))
    found = search.run()
    spent = time.process_time() - before
    off = [float(x / true - 1.0) for x, true in zip(found.x, truth, strict=True)]
    count = int(np.max(found.n_evaluations))
    print(json.dumps({"case": f"PyBOP, 2 values, {which}", "cpu_s": spent, "evaluations": count, "off": off}))


if __name__ == "__main__":
    main(sys.argv[1])
