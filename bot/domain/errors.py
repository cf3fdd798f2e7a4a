"""Errors that a person can act on: they carry a catalog key, never a sentence."""


class DomainError(Exception):
    """Refuse with a catalog key and its placeholders.

    `field` names the form field (block_id) that the answer belongs to, where there is one.
    """

    def __init__(self, key: str, *, field: str | None = None, **params: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.params = params


class NotFound(DomainError):
    """Not there, of another workspace, or not for this person: the same answer for all three."""


class AlreadyDone(DomainError):
    """Somebody else was first; the key says what happened."""


class NotAllowed(DomainError):
    """The person may not do this."""


class AlreadyDelivered(Exception):
    """Slack delivered the same thing before: its effect is kept, nothing is to be done again."""
