"""Prompts: rows ⇄ values."""

from storage.rows import Repository


class Prompts(Repository):
    """The prompts of one workspace."""
