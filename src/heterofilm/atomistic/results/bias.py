"""By how much energies of lithium may be wrong: what CHGNet misses first principles by, on the same atoms.

    bias = E(CHGNet) - E(DFT)        of Li in V2O5 against the metal, and halfway along b against its site

One host stands for all, and U is assumed. So the largest of the recorded bias and its range counts, to either side;
and differences between places count as wrong as the energies themselves, for what cancels is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

from .recorded import Recorded

__all__ = ["Error", "insertion_error", "barrier_error"]

Error = tuple[float, str]  # eV, and where it is from
WITHOUT = {"V2O5-Li-bias": 0.2, "V2O5-path-bias": 0.1}  # eV, assumed where none is recorded


def insertion_error(numbers: Mapping[str, Recorded]) -> Error:
    """Error (eV) of the energy of Li in a host against the metal, and so of a voltage."""
    return _largest(numbers, "V2O5-Li-bias", "what CHGNet misses DFT by for Li in V2O5")


def barrier_error(numbers: Mapping[str, Recorded]) -> Error:
    """Error (eV) of a barrier."""
    return _largest(numbers, "V2O5-path-bias", "what CHGNet misses DFT by for Li halfway along b in V2O5")


def _largest(numbers: Mapping[str, Recorded], name: str, words: str) -> Error:
    one = numbers.get(name)
    if one is None:
        return WITHOUT[name], "assumed"
    return max(abs(one.value), abs(one.low), abs(one.high)), words
