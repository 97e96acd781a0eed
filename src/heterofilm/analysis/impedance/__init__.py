"""Impedance spectra: circuits and their fit, Kramers-Kronig test, relaxation times, features.

The same functions serve measured and simulated spectra: frequency in Hz and complex impedance in ohm (or ohm m2,
then all results are per area), negative imaginary part for a capacitor.
"""
