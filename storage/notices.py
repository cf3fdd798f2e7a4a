"""Notices: rows ⇄ values."""

from storage.rows import Repository


class Notices(Repository):
    """The notices of one workspace."""
