"""Addresses that may be called: Slack's own. No other that came from outside is ever fetched."""

from urllib.parse import SplitResult, urlsplit

_ANSWERS = "hooks.slack.com"


def is_slacks(url: str, *, base_url: str) -> bool:
    """Tell whether a response_url is Slack's, or at the host of `base_url`, where the Web API is.

    What two programs could read differently (a name before the host, a backslash, blanks) is nobody's address.
    """
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        asked = urlsplit(url)
        port = asked.port
    except ValueError:
        return False
    if "@" in asked.netloc:
        return False
    if (asked.scheme, asked.hostname) == ("https", _ANSWERS) and port in (None, 443):
        return True
    return _place(asked) == _place(urlsplit(base_url))


def _place(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or {"https": 443, "http": 80}.get(url.scheme)
