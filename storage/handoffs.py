"""Handoffs: rows ⇄ values."""

from storage.rows import Repository


class Handoffs(Repository):
    """The handoffs of one workspace."""
