"""The two ways in which Slack reaches the bot, and the stories that are told over both."""

import pytest

SOCKET_MODE = "socket mode"
SIGNED_HTTP = "signed HTTP"
SECRET = "a-signing-secret"

over_both_lines = pytest.mark.parametrize("line", [SOCKET_MODE, SIGNED_HTTP], indirect=True)
"""Tell a story twice: over Socket Mode, as all are told, and over signed HTTP."""
