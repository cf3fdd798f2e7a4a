"""The address that is listened at: is it this machine's, and does nobody else listen there."""

import http.client
import socket
from collections.abc import Iterator

from bot.doctor.finding import Finding
from bot.settings import Settings

_TIMEOUT = 2.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to find whoever listens everywhere


def look_at_address(settings: Settings) -> Iterator[Finding]:
    """Look at HOST and PORT, where they are used."""
    if not settings.port:
        return
    try:
        _bind(settings.host)
    except OSError as e:
        yield Finding(f"HOST: {settings.host} can't be listened at: {e.strerror}", "Set an address of this machine")
    else:
        yield _who_listens(_EVERYWHERE.get(settings.host, settings.host), settings.port)


def _bind(host: str) -> None:
    """Take any free port of an address, for an instant. Raises OSError."""
    family, kind, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as own:
        own.bind(address)


def _who_listens(host: str, port: int) -> Finding:
    line = http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
    try:
        line.request("GET", "/healthz")
        said = line.getresponse().read(10)
    except ConnectionRefusedError:
        return Finding(f"PORT: {port} is free")
    except (OSError, http.client.HTTPException):
        said = b""
    finally:
        line.close()
    if said == b"ok\n":
        return Finding(f"PORT: a bot answers at {port}")
    return Finding(f"PORT: {port} is taken by another program", "Set another PORT, or stop that program")
