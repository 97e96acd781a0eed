"""Loads on sources whose every number is known."""

import math

import numpy as np
import pytest

from heterofilm.constants import E_CHARGE, K_B
from heterofilm.device.loads import Constant, Lamp, Node, Power, Resistor, discharge
from heterofilm.device.pack import parallel, series, share, spread
from heterofilm.device.rest import YEAR, self_discharge, years_to
from heterofilm.device.service import MONTH, area_for, service
from heterofilm.device.source import Source
from heterofilm.errors import HeterofilmError
from heterofilm.library import Diode, Harvester, Library, SensorNode

AREA, Q = 1e-4, 720.0  # m2, C/m2


def made(U0: float = 3.8, slope: float = 1.5, ohms: float = 1000.0, area: float = AREA) -> Source:
    """U = U0 - slope q/Q and a constant resistance (ohm), up to 1 mA."""
    q = np.linspace(0.0, Q, 400)
    i = np.array([0.0, 1e-3 / area])
    rest = U0 - slope * q / Q
    return Source(q, i, np.column_stack([rest, rest - ohms * 1e-3]), np.array([Q, Q]), area, 0.0)


def test_a_constant_current_takes_the_charge_over_it() -> None:
    run = discharge(made(), Constant(2e-5))
    assert run.seconds == pytest.approx(Q * AREA / 2e-5, rel=1e-9) and run.end == "empty"


def test_a_resistor_on_a_falling_potential_is_an_exponential() -> None:
    """(R + r) dq/dt = U0 - slope q/Q."""
    R, r, U0, slope = 50_000.0, 1000.0, 3.8, 1.5
    run = discharge(made(U0, slope, r), Resistor(R))
    tau = (R + r) * Q * AREA / slope
    assert run.seconds == pytest.approx(tau * math.log(U0 / (U0 - slope)), rel=1e-4)


def test_a_power_is_drawn_whatever_the_voltage() -> None:
    run = discharge(made(), Power(1e-4))
    assert run.table["power_W"].to_numpy() == pytest.approx(1e-4, rel=1e-9)
    assert run.energy == pytest.approx(1e-4 * run.seconds, rel=1e-6)


@pytest.fixture(scope="module")
def blue() -> Diode:
    return Library().entry(Diode, "blue")


def test_a_diode_goes_through_its_rated_point_and_its_law(blue: Diode) -> None:
    lamp = Lamp(blue, 0.0)
    assert float(lamp.voltage(np.array(20e-3))) == pytest.approx(3.5, rel=1e-12)
    scale = blue.ideality.si * K_B * 298.15 / E_CHARGE
    small = lamp.voltage(np.array([1e-6, math.e * 1e-6]))
    assert small[1] - small[0] == pytest.approx(scale, rel=1e-3)  # n kT/q for a factor e
    assert lamp.voltage(lamp.current(np.array([2.5, 3.0, 3.4]))) == pytest.approx([2.5, 3.0, 3.4], rel=1e-9)


def test_a_source_says_where_it_knows_nothing() -> None:
    one = made()
    assert "one discharge" in one.doubt
    i = np.array([0.0, 0.1, 0.4, 1.6])
    table = np.column_stack([one.rest] * 4)
    assert Source(one.charge, i, table, np.full(4, Q), AREA, 0.0).doubt == ""
    wide = Source(one.charge, i * [0, 1, 1, 3], table, np.full(4, Q), AREA, 0.0)
    assert "Between its discharges at 40 and 480 uA" in wide.doubt


def test_a_string_has_the_voltages_of_its_cells(blue: Diode) -> None:
    one, two = made(), made().in_series(2)
    assert two.voltage(0.01, 1e-5) == pytest.approx(2 * one.voltage(0.01, 1e-5)) and two.area == one.area
    assert two.resistance(0.0, 1e-5) == pytest.approx(2 * one.resistance(0.0, 1e-5))


def test_more_resistance_is_dimmer_and_longer(blue: Diode) -> None:
    runs = [discharge(made(), Lamp(blue, R), least=2e-6) for R in (1e4, 1e5)]
    assert runs[0].table["current_A"][0] > runs[1].table["current_A"][0]
    assert runs[0].seconds < runs[1].seconds


def test_a_leak_is_exponential_where_the_potential_is_proportional_to_the_charge() -> None:
    """dq/dt = -G U, U = U0 (1 - q/Q): t = (C/G) ln(1/left) with C = Q/U0."""
    q = np.linspace(0.0, 0.999 * Q, 4000)
    rest = 3.8 * (1.0 - q / Q)
    one = Source(q, np.array([0.0, 1.0]), np.column_stack([rest, rest]), np.array([Q, Q]), AREA, 0.0)
    G = 1e-11
    table = self_discharge(one, G)
    tau = Q * AREA / 3.8 / G
    for gone in (0.1, 0.5, 0.9):
        t = np.interp(gone * Q * AREA, table["charge_C"], table["time_s"])
        assert t == pytest.approx(-tau * math.log(1.0 - gone), rel=1e-4)


def test_a_leak_obeys_its_equation_on_any_potential() -> None:
    G = 1e-10
    table = self_discharge(made(), G)
    t, q, U = (table[c].to_numpy() for c in ("time_s", "charge_C", "voltage_V"))
    assert np.diff(q) / np.diff(t) == pytest.approx(G * 0.5 * (U[1:] + U[:-1]), rel=1e-5)
    assert years_to(table, 0.5) * YEAR == pytest.approx(np.interp(0.5 * Q * AREA, q, t))


def test_equal_potentials_share_by_their_resistances() -> None:
    V, currents = share(np.array([3.5, 3.5]), np.array([1000.0, 3000.0]), 4e-5)
    assert currents == pytest.approx([3e-5, 1e-5]) and pytest.approx(3.5 - 3e-2) == V
    first = parallel([made(ohms=1000.0), made(ohms=3000.0)], 4e-5).table
    assert first["current_1_A"][0] == pytest.approx(3 * first["current_2_A"][0])


def test_two_unequal_cells_even_out() -> None:
    """Without a load from outside nothing but what one gives the other; potentials meet as exp(-t/tau)."""
    U = np.array([3.6, 3.4])
    _, currents = share(U, np.array([1000.0, 1000.0]), 0.0)
    assert currents == pytest.approx([1e-4, -1e-4])
    # in parallel at a current, both end at one potential: with slope k per charge tau = (R1 + R2)/(2 k)
    table = parallel([made(ohms=1000.0), made(ohms=3000.0)], 4e-5).table
    k = 1.5 / (Q * AREA)
    t, i1, i2 = (table[c].to_numpy() for c in ("time_s", "current_1_A", "current_2_A"))
    difference = i1 - i2
    tau = 4000.0 / (2 * k)
    n = int(np.searchsorted(t, tau))
    assert difference[n] / difference[0] == pytest.approx(math.exp(-t[n] / tau), rel=0.02)


def test_charge_is_kept_in_a_pack() -> None:
    run = parallel(spread(made(), 4, 0.1, 0.2), 4e-5)
    currents = run.table.select([f"current_{k}_A" for k in range(1, 5)]).to_numpy()
    assert currents.sum(axis=1) == pytest.approx(4e-5, rel=1e-9)


def test_a_string_ends_with_its_weakest_cell() -> None:
    cells = spread(made(), 3, 0.1, 0.0)
    ends = [float(c.end(1e-5)) for c in cells]
    run = series(cells, 1e-5)
    assert run.charge == pytest.approx(min(ends)) and run.end.startswith(f"cell {int(np.argmin(ends)) + 1}")
    assert run.table["voltage_V"][0] == pytest.approx(3 * 3.8, rel=0.01)


@pytest.fixture(scope="module")
def node() -> SensorNode:
    return Library().entry(SensorNode, "temperature-sensor")


def test_a_node_draws_its_duty(node: SensorNode) -> None:
    load = Node(node)
    duty = node.burst_time.si / node.period.si
    assert load.power == pytest.approx(1.8 * (1e-6 * (1 - duty) + 6e-3 * duty))


def test_months_and_back(node: SensorNode) -> None:
    """The area that serves a month serves a month."""
    months = 0.5
    area = area_for(made(), node, months)
    assert service(made().sized(area), node).months == pytest.approx(months, rel=1e-3)


def lit(area: float) -> Harvester:
    return Library({"harvesters.indoor-light.area": f"{area!r} cm2"}).entry(Harvester, "indoor-light")


def test_a_burst_takes_its_energy_from_the_buffer(node: SensorNode) -> None:
    """C (V^2 - V_after^2)/2 = U I t/eta (38.1 uJ), and the node stops where V_after is its cut-off: 2.367 V with
    100 uF, 2.942 V with 20 uF; the run ends there and not at a row of its table."""
    load = Node(node)
    assert load.burst == pytest.approx(38.1e-6, rel=1e-3)
    for buffer, stops in ((100.0, 2.367), (20.0, 2.942)):
        own = Library({"nodes.temperature-sensor.buffer": f"{buffer!r} uF"}).entry(SensorNode, "temperature-sensor")
        least = Node(own).least(own.cut_off.si)
        assert least == pytest.approx(stops, abs=1e-3) and Node(own).sagged(least) == pytest.approx(own.cut_off.si)
        found = service(made(slope=2.5), own)
        assert found.dark.table["voltage_V"][-1] == pytest.approx(least, abs=1e-9)
        assert least - found.sag[1] == pytest.approx(own.cut_off.si)


def test_the_mean_current_is_charge_over_time(node: SensorNode) -> None:
    """Without a leak the node draws on average what the cell gave over the time that it served."""
    run = service(made(), node).dark
    assert run.current == pytest.approx(run.charge / run.seconds, rel=1e-4)


@pytest.mark.parametrize("leak", [0.0, 2e-8])
def test_light_lengthens_service_as_its_integral_says(node: SensorNode, leak: float) -> None:
    """t = integral of dq/((P - P_h)/V + I_q + G V) at V(q) of a cell without resistance: it never falls with the area
    of the harvester, is that without light for none, and the integral between."""
    source, load, light = made(slope=2.5, ohms=0.0), Node(node), lit(1.0)
    P = load.power / node.efficiency.si
    each = light.power.si * light.efficiency.si * light.share_of_day.si * 1e-4  # W of 1 cm2
    V = np.linspace(3.8, load.least(node.cut_off.si), 20_001)
    q = (3.8 - V) / 2.5 * Q * AREA
    seconds = []
    for area in (1e-6, 1e-3, 0.1, 0.5, 1.0, 1.5):
        found = service(source, node, leak=leak, harvester=lit(area))
        seconds.append(found.months * MONTH)
        rate = (P - each * area) / V + node.quiescent_current.si + leak * V
        assert seconds[-1] == pytest.approx(np.trapezoid(1.0 / rate, q), rel=1e-4)
        assert "spread evenly" in found.sentence
    assert seconds[0] == pytest.approx(service(source, node, leak=leak).months * MONTH, rel=1e-5)
    assert np.all(np.diff(seconds) > 0.0)
    assert service(source, node, leak=leak, harvester=lit(20.0)).months == math.inf


def test_a_harvester_may_cover_a_node_from_some_voltage_down(node: SensorNode) -> None:
    """The own current of the converter is constant, that of the light P_h/V rises as the voltage falls: where both meet
    nothing more is drawn, V = (P_h - P)/I_q."""
    source, P = made(slope=2.5, ohms=0.0), Node(node).power / node.efficiency.si
    light = lit(1.0)
    each = light.power.si * light.efficiency.si * light.share_of_day.si * 1e-4
    found = service(source, node, harvester=lit((P + 3.0 * node.quiescent_current.si) / each))
    assert found.balance < 0.0 and found.months == math.inf
    assert found.lit.table["voltage_V"][-1] == pytest.approx(3.0, abs=0.01)
    assert "from 3 V down" in found.sentence


def test_a_night_longer_than_one_charge_is_said(node: SensorNode) -> None:
    """Whatever the harvester gives by day, a cell that is empty before dawn ends the service."""
    for area, short in ((AREA, True), (100.0 * AREA, False)):
        found = service(made().sized(area), node, harvester=lit(20.0))
        assert (found.nights < 1.0) == short == ("from a full cell at dusk the node stops" in found.sentence)


def test_a_leak_shortens_service(node: SensorNode) -> None:
    assert service(made(), node, leak=1e-7).months < service(made(), node).months


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (lambda s, b, n: Lamp(b, -1.0), "not negative"),
        (lambda s, b, n: Lamp(b, 1.0, resistance=1e3), "alone drops"),
        (lambda s, b, n: discharge(s, Constant(5e-3)), "does not bear"),
        (lambda s, b, n: discharge(s, Lamp(b, 1e5), cut_off=4.0), "does not bear"),
        (lambda s, b, n: self_discharge(s, 0.0), "positive conductance"),
        (lambda s, b, n: parallel([], 1e-5), "at least one cell"),
        (lambda s, b, n: series([s], 0.0), "positive current"),
        (lambda s, b, n: spread(s, 0, 0.1, 0.1), "at least one cell"),
        (lambda s, b, n: spread(s, 2, 0.9, 0.1), "between 0 and 0.5"),
        (
            lambda s, b, n: service(s, n.model_copy(update={"buffer": n.buffer.model_copy(update={"value": 0.0})})),
            "buffer",
        ),
        (lambda s, b, n: area_for(s, n, 0.0), "are positive"),
        (lambda s, b, n: area_for(s, n, 12.0, leak=1e-4), "the leak alone"),
        (lambda s, b, n: Source.of([]), "at least one discharge"),
    ],
)
def test_impossible_loads_are_refused_in_a_sentence(action, said: str, blue: Diode, node: SensorNode) -> None:
    with pytest.raises(HeterofilmError, match=said) as caught:
        action(made(), blue, node)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")
