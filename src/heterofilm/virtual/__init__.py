"""The virtual lab: instrument files of a sample whose truth is known, with the noise, drift and artefacts of real ones."""
