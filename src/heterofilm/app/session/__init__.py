"""What was done in the app, as a list of actions: undone, redone, kept in the project's folder, written as a script."""

from .actions import Action
from .numbers import numbers
from .session import Session
from .state import Curve, State

__all__ = ["Action", "Curve", "Session", "State", "numbers"]
