"""What assistants may do with a project: read, analyse, simulate, fit; not write, and nothing outside of it."""
