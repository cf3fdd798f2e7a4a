"""A finding of the doctor's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do; it is empty where all is well."""

    what: str
    mend: str = ""

    @property
    def line(self) -> str:
        """Say it in one line, and how to mend it in another."""
        return f"wrong  {self.what}\n       {self.mend}" if self.mend else f"ok     {self.what}"
