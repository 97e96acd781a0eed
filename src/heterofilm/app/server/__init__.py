"""Who may see the page, what it may load, what may be dropped on it, and how it is started."""
