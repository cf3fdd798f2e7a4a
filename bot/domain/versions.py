"""Versions: telling whether a thing changed since a form showed it."""

import zlib


def fingerprint(value: object) -> str:
    """Tell one version of a value from another, briefly enough for a form to remember."""
    return f"{zlib.crc32(repr(value).encode()):08x}"
