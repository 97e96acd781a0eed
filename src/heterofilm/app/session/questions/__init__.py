"""What is asked of the chain beside curves and samples: a film, a junction, a device, atoms, a fit.

A question is an action of the session. Its line in the script is a call of the library; what comes back gives the same
rows of numbers there (`rows_of`) as on the page.
"""

from .rows import rows_of

__all__ = ["rows_of"]
