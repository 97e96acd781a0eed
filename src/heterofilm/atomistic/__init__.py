"""First principles behind one door: structures, interfaces, and tasks that are the same for every engine.

Needs the extra ``atoms`` (ase, pymatgen); the engines need theirs. Lengths are in Å and energies in eV here, as in
every atomistic code; what leaves this room for the library states its unit.
"""
