"""Films: mass balance of their phases (``composition``) and their growth (``growth``)."""
