"""The app: one page over a project folder. Whatever is clicked is an action of a session, and a line of Python.

`session` knows nothing of pages, `jobs` nothing of either; `server` lets in who has the address, and `tabs` draw.
"""
