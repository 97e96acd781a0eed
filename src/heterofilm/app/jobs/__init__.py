"""Work that takes longer than a glance, in processes of its own; its state lies in the project's folder."""
