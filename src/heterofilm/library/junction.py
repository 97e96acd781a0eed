"""A heterojunction inside a film: which two solids meet, and what is assumed of the few planes where they do."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from .value import Entry, Name, Quantity, Share, Value


class Junction(Entry):
    """Matrix and domains as semiconductors, and the interface between them.

    `matrix` and `domain` are names of semiconductors. `contact_share`: the share of the difference of their work
    functions that stands as a built-in voltage in the film (work functions are those of surfaces: one is the upper
    bound). `alpha`: transfer coefficient of the exchange of Li.
    `electron_share`: how much of the greatest gain that faster electrons can bring to the transport of Li is reached
    (0: none, 1: electrons cost nothing). `film`: the film it is in, which says how large the domains are and how much
    of the volume they fill; or else `domain_size` and `domain_fraction` do.
    """

    name: Name
    title: str
    matrix: str
    domain: str
    film: str = ""
    domain_size: Annotated[Value | None, Quantity("nm", positive=True, maximum=1e6)] = None
    domain_fraction: Annotated[Value | None, Quantity("1", minimum=1e-6, maximum=0.999)] = None
    contact_share: Share
    alpha: Annotated[Value, Quantity("1", minimum=0.01, maximum=0.99)]
    electron_share: Share

    @model_validator(mode="after")
    def _geometry(self) -> Self:
        for key in ("domain_size", "domain_fraction"):
            if (getattr(self, key) is None) != bool(self.film):
                verb = "does not take" if self.film else "needs"
                raise ValueError(
                    f"a junction {verb} {key} {'beside' if self.film else 'or'} a film; give one of the two"
                )
        return self
