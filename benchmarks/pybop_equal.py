"""PyBOP on the equations of this package, as PyBaMM's operators write them (``tests/twins/pybamm_twin.py``): two values
of the half-cell to one discharge.

``python pybop_equal.py MODEL``: MODEL is a pickle of the cell's numbers, the measured points (t, V) and where the
search begins, as ``fits.py`` writes it; values are looked for as multiples of the truth. PyBOP drives IDAKLU, which
solves the twin with the values as inputs; it searches with the slopes that IDAKLU gives (L-BFGS-B) or, with ``plain``,
without any (Nelder-Mead).
"""

import json
import pickle
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "tests")]

import numpy as np  # noqa: E402
import pybamm  # noqa: E402
import pybop  # noqa: E402

from twins import pybamm_twin  # noqa: E402

MESH = 30  # cells of the film, smaller towards the electrolyte
RTOL, ATOL = 1e-5, 1e-7


class Twin(pybop.BaseSimulator):
    """The discharge of the twin at the measured times, of the values named."""

    def __init__(self, asked, parameters):
        super().__init__(parameters=pybop.Parameters(parameters))
        inputs = {name: pybamm.InputParameter(name) for name in parameters}
        model = asked["model"]
        model.film.c_d = 0.0  # of a film of one phase the package has a one there, which multiplies nothing
        model.film.c_m *= inputs["c_m"]
        model.film.tau *= inputs["tau"]
        built = pybamm_twin.build(
            model, MESH, stretch=True, current=asked["current"], theta_m0=asked["theta"], stop=asked["stop"] - 0.3
        )
        self.model, self.t = built._model, asked["t"]
        options = pybamm_twin.OPTIONS | {pybamm_twin.STRICTNESS: 0.01}
        self.solver = pybamm.IDAKLUSolver(rtol=RTOL, atol=ATOL, output_variables=["V"], options=options)
        self.output_variables = ["V"]
        self.runs = 0

    @property
    def has_sensitivities(self):
        return True

    def solve_batch(self, inputs, calculate_sensitivities=False):
        return [self._solve(dict(one), calculate_sensitivities) for one in inputs]

    def _solve(self, inputs, slopes):
        self.runs += 1
        raw = self.solver.solve(
            self.model, self.t[[0, -1]], t_interp=self.t, inputs=inputs, calculate_sensitivities=slopes
        )
        found = pybop.Solution(inputs)
        missing = self.t.size - raw["V"].data.size  # of a film that is empty before the data end: it stays where it is
        V = np.pad(np.asarray(raw["V"].data).ravel(), (0, missing), "edge")
        by = None
        if slopes:
            columns = {name: np.asarray(raw["V"].sensitivities[name]).ravel()[: V.size - missing] for name in inputs}
            by = {name: np.pad(column, (0, missing)) for name, column in columns.items()}
        found.set_solution_variable("V", data=V, sensitivities=by)
        return found


def main(file, how):
    asked = pickle.loads(Path(file).read_bytes())
    parameters = {name: pybop.Parameter(bounds=[0.5, 2.0], initial_value=x) for name, x in asked["start"].items()}
    simulator = Twin(asked, parameters)
    data = pybop.Dataset({"Time [s]": asked["t"], "V": asked["V"]})
    problem = pybop.Problem(simulator, pybop.SumSquaredError(data, target=["V"]))
    problem.evaluate(asked["start"], calculate_sensitivities=how != "plain")  # set up, and compiled
    before = time.process_time()
    method = "Nelder-Mead" if how == "plain" else "L-BFGS-B"
    options = pybop.SciPyMinimizeOptions(maxiter=200, method=method, jac=how != "plain")
    found = pybop.SciPyMinimize(problem, options=options).run()
    spent = time.process_time() - before
    off = {name: float(x - 1.0) for name, x in zip(parameters, found.x, strict=True)}
    evaluations = int(np.max(found.n_evaluations))
    case = f"PyBOP, 2 values, these equations, {method}"
    print(json.dumps({"case": case, "cpu_s": spent, "evaluations": evaluations, "off": off}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "slopes")
