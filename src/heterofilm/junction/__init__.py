"""The heterojunction between two phases of a film, and what it does to transport."""
