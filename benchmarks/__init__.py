"""Speed and accuracy of the engine against the PyBaMM twin: ``python -m benchmarks``."""
