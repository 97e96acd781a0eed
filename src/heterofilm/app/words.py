"""Every word that the page shows by itself, in one place. What users, files and the library say is shown as it is."""

from __future__ import annotations

from typing import Final

TITLE: Final = "heterofilm"
TABS: Final = {
    "samples": "Samples", "fits": "Fits", "compare": "Compare", "film": "Film", "junction": "Junction", "cell": "Cell",
    "test": "Test", "design": "Fit and design", "device": "Device", "atoms": "Atoms", "paper": "Paper",
    "session": "Session",
}  # fmt: skip
SKIP: Final = "Skip to the content"
UNDO: Final = "Undo"
REDO: Final = "Redo"
LIGHT_DARK: Final = "Light or dark"
JOBS: Final = "Jobs"
NO_JOBS: Final = "No jobs."
CANCEL: Final = "Cancel"
AGAIN: Final = "Try again"
FORGET: Final = "Remove from the list"
STATUS: Final = {
    "waiting": "waits", "running": "runs", "done": "done", "failed": "failed", "cancelled": "cancelled",
}  # fmt: skip

# samples
SAMPLES_LEAD: Final = (
    "Drop files of your instruments, or a whole folder. Each is recognised by what is in it; what was read, assumed "
    "and found stands below."
)
DROP: Final = "Drop files or a folder here"
CHOOSE_FILES: Final = "Choose files"
CHOOSE_FOLDER: Final = "Choose a folder"
FIRST_SAMPLE: Final = "sample-1"
NEW_SAMPLE: Final = "Name of the sample they belong to"
SAMPLE: Final = "Sample"
ANALYSE: Final = "Analyse"
IS_ANALYSED: Final = "is analysed …"
IS_WRITTEN: Final = "{name} is still written; it is sent then."
NOT_WRITTEN: Final = "{name} is not there: its job ended before. Let the list of jobs try it again."
NOT_ANALYSED: Final = "Not analysed yet."
SHEET: Final = {
    "title": "Title", "film": "Film of the library", "area": "Electrode area", "thickness": "Film thickness",
    "cu_to_v": "Cu : V",
}  # fmt: skip
SHEET_HINTS: Final = {
    "title": "free words", "film": "VOC1", "area": "1.00 +- 0.02 cm2", "thickness": "300 +- 10 nm",
    "cu_to_v": "0.5 +- 0.02",
}  # fmt: skip
FILES: Final = "Files"
OVERRULE: Final = "What it is"
AS_FOUND: Final = "as recognised"
REMOVE: Final = "Remove"
NOT_READ: Final = "Not analysed"
DOUBTS: Final = "In doubt"
MAIN: Final = "In short"
MAIN_HEAD: Final = ("Quantity", "Value")
VERDICT: Final = "{read} of {files} files read; numbers: {numbers}, figures: {figures}, things to mind: {notes}."
RESULTS: Final = "Results"
ASSUMED: Final = "Assumed, or in doubt"
METHODS: Final = "For the methods section"
FIGURES: Final = "Figures"
RESULT_HEAD: Final = ("Quantity", "Value", "File", "Method", "Note")
REFUSED: Final = "Not taken: {why}"

# fits
FITS_LEAD: Final = (
    "Core levels and impedance spectra as they were fitted. Drag the edges of the window and the marks of peaks, or "
    "type them; click a point to leave it out, or draw a box around several; hold, bound or tie any number. The sample "
    "is fitted anew."
)
REGION: Final = "Core level or spectrum"
NO_FITS: Final = "There is nothing fitted yet: drop files of XPS or impedance in Samples."
WINDOW_LOW: Final = "Window from ({unit})"
WINDOW_HIGH: Final = "to ({unit})"
BACKGROUND: Final = "Background"
CIRCUIT: Final = "Circuit (empty: chosen)"
WEIGHTS: Final = "Weights"
AS_FITTED: Final = "as by default"
STATES: Final = "States (none: as the level has them)"
LEFT_OUT: Final = "Points left out"
LEFT_OUT_HOW: Final = "Click a point in the figure, or draw a box around several."
AS_LIBRARY: Final = "All as by default"
COPY: Final = "Copy to {n} more of the kind"
FIT_HEAD: Final = ("Quantity", "Value", "Method", "Note")
FIT_NUMBERS: Final = "Numbers of the fit"
TAKE_AS_START: Final = "Start the next fit from here"
NO_START: Final = "Start as by default"
HOW_IT_IS: Final = "How it is"
FREE_NUMBER: Final = "free"
OF_OTHER: Final = "by {other}"
HOW: Final = {"start": "starts at", "fixed": "held at", "bounds": "between", "links": "tied to"}

# cell
CELL_LEAD: Final = "Every value that acts in the cell, with its unit, source and range. What is changed stands out."
CELL: Final = "Cell"
VALUE_HEAD: Final = ("Value", "Set to", "Kind", "Range", "Source")
RESET: Final = "As its entry has it"
WAS: Final = "was {before}"
OCV: Final = "A potential of your own"
OCV_LEAD: Final = (
    "Drop a table: csv with x, filling or capacity, and U. It makes a cell like this one, in the project's folder."
)
OCV_PHASE: Final = "Phase that gets it"
OCV_LITHIUM: Final = "Li per formula unit at a filling of 1"
OCV_LEFT: Final = "{phase} has the table now, and no {left} any more, which go with couples."

# test
TEST_LEAD: Final = "Write what is done to the cell; the curve follows."
PROTOCOL: Final = "Test"
CURSOR: Final = "Cursor along the curve at hand"
AT_CURSOR: Final = "At the cursor"
CURSOR_HEAD: Final = ("What", "Value")
NEXT: Final = "Next"
READY: Final = "Ready-made tests"
START: Final = "Start"
START_HINT: Final = "upper cut-off; or 3.3 V, 50 %"
SIMULATE: Final = "Simulate"
STOP: Final = "Stop"
GOOD: Final = "{steps}, {cycles}"
STEPS: Final = ("{n} step", "{n} steps")
CYCLES: Final = ("{n} cycle", "{n} cycles")
LONG: Final = "A test of {cycles} runs as a job: keep it under a name."
BUSY: Final = "is simulated …"
TOOK: Final = "Simulated in {ms:.0f} ms"
KEEP_AS: Final = "Keep it as"
KEEP: Final = "Keep"
KEPT: Final = "Kept curves"
SLIDERS: Final = "Sliders"
WITH_KEPT: Final = "With the kept curves"
STEP_HEAD: Final = ("Curve", "Step", "Quantity", "Value", "Unit", "Ends by")
BESIDE: Final = "What these numbers rest on"
UNFINISHED: Final = "Not finished: {why}"

# film, junction, device, atoms, fit and design
WORKED_OUT: Final = "Being worked out …"
WORK_OUT: Final = "Work it out"
ANSWER_HEAD: Final = ("Quantity", "Value", "Unit", "How it is meant")
SETTINGS: Final = "Set, a line each"
SET_WHAT: Final = "What may be set: choose, then change the line"
FILM_LEAD: Final = "A recipe or a composition, and what comes of it: thickness, phases, capacity, microstructure."
RECIPE: Final = "Recipe"
BY_COMPOSITION: Final = "none: by composition"
RECIPE_HINT: Final = "power.Cu = 1.5 W"
RATIO: Final = "Cu : V"
GROW: Final = "Grow it"
LIKE_DEVICE: Final = "In a device like"
INTO_DEVICE: Final = "Make cell and device"
IS_IN_DEVICE: Final = "Cell and Test have the film now as {cell}, Device as {device}."
FAMILY: Final = "Microstructure"
DOMAIN_SHARE: Final = "Share of the domains"
DOMAIN_SIZE: Final = "Size of the domains (nm)"
SEED: Final = "Seed"
BUILD_BLOCK: Final = "Show a block of it"
JUNCTION_LEAD: Final = "Two solids that meet: bands before and after, the field within, what it can do at most."
PAIR: Final = "Junction"
JUNCTION_HINT: Final = "semiconductors.V2O5.doping = 1e18 1/cm3"
DEVICE_LEAD: Final = (
    "A cell on its substrate: the stack to scale, what bending does to it, how long it serves a sensor."
)
DEVICE: Final = "Device"
DEVICE_HINT: Final = "films.VOC1.thickness = 500 nm"
RADIUS: Final = "Bent to a radius of (mm); empty: flat"
DRAW_STACK: Final = "Show the stack"
NODE: Final = "Sensor node"
HARVESTER: Final = "Charged by"
NO_HARVESTER: Final = "nothing"
HOW_LONG: Final = "How long does it run?"
ATOMS_LEAD: Final = "Structures to turn by hand, and recorded results of first principles, each with its level."
STRUCTURE: Final = "Structure"
SHOW_STRUCTURE: Final = "Show it"
PAPER_LEAD: Final = "The claims of the paper that the films are from, each with the model's answer and its figure."
RUN_STUDY: Final = "Run its study"
CLAIM: Final = "Claim"
CLAIM_HEAD: Final = ("Column", "Entry")
NO_FIGURE: Final = "No figure of the study shows it."
DESIGN_LEAD: Final = (
    "What limits the cell at hand, its values from measured curves and what the data leave open, what to measure next, "
    "and the best cell for a target."
)
OF_CELL: Final = "The cell at hand, with what is set in it: {cell}"
CURRENT: Final = "Current (µA/cm²)"
WHAT_LIMITS: Final = "What limits it?"
DATA: Final = "Measured curves"
NO_DATA: Final = "There is no measured curve yet: drop cycling files in Samples and state the electrode's area."
FREE: Final = "Values that are fitted"
NOISE: Final = "Noise"
SEARCHES: Final = "Searches"
FIT: Final = "Fit"
PROTOCOLS: Final = "Tests to choose from, a line each"
MEASURE_NEXT: Final = "What to measure next?"
AIM: Final = "Aim"
STUDY: Final = "Study (TOML)"
DESIGN_IT: Final = "Search designs"

# compare
COMPARE_LEAD: Final = (
    "Curves of voltage over each other, measured (solid) and simulated (dashed); or spectra, diffractograms and other "
    "measurements of samples."
)
COMPARED: Final = "What is compared"
VOLTAGES: Final = "Voltage of cells"
OF_SAMPLES: Final = "Samples (none: all)"
TOLD_APART: Final = "Curves are told apart by"
OVERLAID: Final = {
    "samples": "sample", "cycles": "cycle", "temperatures": "temperature", "potentials": "potential",
    "rates": "scan rate",
}  # fmt: skip
PART: Final = "Core level, ion, half cycle"
ALL_PARTS: Final = "all"
SCALING: Final = "Heights"
SCALES: Final = {"none": "as measured", "max": "to the same maximum", "area": "to the same area"}
WATERFALL: Final = "One above the other"
PRINT: Final = "Exported for"
AS_SHOWN: Final = "the page"
WIDTH: Final = "Width"
COLUMNS: Final = {"single": "one column", "double": "two columns"}
CURVES: Final = "Curves"
OVER: Final = "Over"
COLOUR: Final = "Colour"
OFFSET: Final = "Apart (V)"
AXES: Final = {"capacity": "capacity", "time": "time", "filling": "share of the charge"}
COLOURS: Final = {"name": "by name", "order": "along a scale"}
NO_CURVES: Final = "Choose curves: keep one in Test, or drop cycling files in Samples and state the electrode's area."
EXPORT: Final = "Export"

# session
SESSION_LEAD: Final = "What was done, as a log, as Python and as commands. Both make every number of the session again."
LOG: Final = "Log"
SCRIPT: Final = "Python"
COMMANDS: Final = "Commands"
NUMBERS: Final = "Numbers"
DOWNLOAD: Final = "Download"
WRITE: Final = "Write session.py, session.sh and numbers.csv into the project's folder"
WRITTEN: Final = "Written into {folder}"
MISSING: Final = "Left out, because not done: {names}"
LOG_HEAD: Final = ("When (UTC)", "What")
NUMBER_HEAD: Final = ("Of", "Step", "Quantity", "Value", "±", "Unit", "Ends by, or how it is meant")
