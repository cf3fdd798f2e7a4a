"""A response_url is called at Slack's host or the one of SLACK_API_URL, and nowhere else."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.slack.addresses import is_slacks
from bot.slack.gateway import Refused, Unclear, WebGateway
from tests.support.traps import Trap, serve

SLACK = "https://slack.com/api/"

ACCEPTED = [
    "https://hooks.slack.com/commands/T1/2/abc",
    "https://hooks.slack.com:443/commands/T1/2/abc",
    "HTTPS://HOOKS.SLACK.COM/commands/T1/2/abc",
    "https://slack.com/somewhere",
    "https://slack.com:443/somewhere",
]
REFUSED = [
    "",
    "hooks.slack.com",
    "//hooks.slack.com/commands",
    "/commands/T1/2/abc",
    "http://hooks.slack.com/commands",
    "ftp://hooks.slack.com/commands",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://hooks.slack.com@evil.example/",
    "https://hooks.slack.com:443@evil.example/",
    "https://evil.example@hooks.slack.com/",
    "https://a:b@hooks.slack.com/",
    "https://hooks.slack.com\\@evil.example/",
    "https://evil.example\\@hooks.slack.com/",
    "https://evil.example\\.hooks.slack.com/",
    "https://hooks.slack.com:8443/",
    "https://hooks.slack.com:99999/",
    "https://hooks.slack.com:port/",
    "https://hooks.slack.com.evil.example/",
    "https://hooks.slack.com./",
    "https://evil.example/hooks.slack.com",
    "https://evil.example#@hooks.slack.com/",
    "https://evil.example?@hooks.slack.com/",
    "https://hooks.slack.com%2eevil.example/",
    "https://hooks.slack.com%00.evil.example/",
    "https://hooks.slаck.com/",  # a Cyrillic а
    "https://hooks。slack。com/",
    "https://xn--hooks-slack.com/",
    "https://ⓗooks.slack.com/",
    "https://hooks.slack.com／@evil.example/",
    "https://hooks.sla\tck.com/",
    "https://hooks.slack.com\n/",
    " https://hooks.slack.com/",
    "https://hooks.slack.com /",
    "https://[::1]/",
    "https://[hooks.slack.com]/",
    "https://127.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://slack.com/api/",
    "https://slack.com:80/",
    "https://api.slack.com/",
]


@pytest.mark.parametrize("url", ACCEPTED)
def test_slacks_own_addresses_are_called(url: str) -> None:
    assert is_slacks(url, base_url=SLACK)


@pytest.mark.parametrize("url", REFUSED)
def test_no_other_address_is_called(url: str) -> None:
    assert not is_slacks(url, base_url=SLACK)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://localhost:8080/x", "https://127.0.0.1:8080/x"])
def test_the_host_of_the_api_means_its_port_and_scheme_too(url: str) -> None:
    assert not is_slacks(url, base_url="http://127.0.0.1:8080/api/")
    assert is_slacks("http://127.0.0.1:8080/response/1", base_url="http://127.0.0.1:8080/api/")


PIECES = [
    "https://",
    "http://",
    "hooks.slack.com",
    "slack.com",
    "evil.example",
    *"@:/\\?#.%&\t\n\0[]|",
    "443",
    "２",
    "。",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join))
def test_what_is_accepted_is_slacks_for_the_one_who_calls_it_too(url: str) -> None:
    """Two programs may read an address differently: the one that checks it and the one that calls it."""
    if is_slacks(url, base_url=SLACK):
        called = URL(url)
        assert (called.scheme, called.host, called.port, called.user) in (
            ("https", "hooks.slack.com", 443, None),
            ("https", "slack.com", 443, None),
        )


@pytest_asyncio.fixture
async def trap() -> AsyncIterator[Trap]:
    """Set the trap."""
    trap = Trap()
    runner, trap.url = await serve(trap.catch)
    yield trap
    await runner.cleanup()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(trap: Trap, status: int) -> None:
    async def away(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": f"{trap.url}/away"})

    runner, url = await serve(away)
    gateway = WebGateway("xoxb-1", f"{url}/api/")
    with pytest.raises(Refused, match=f"response_url_{status}"):
        await gateway.respond(f"{url}/response/1", {"text": "hello"})
    await gateway.close()
    await runner.cleanup()
    assert trap.called == []


async def test_a_foreign_address_is_refused_before_anything_is_sent(trap: Trap) -> None:
    gateway = WebGateway("xoxb-1", SLACK)
    with pytest.raises(Refused, match="foreign_response_url"):
        await gateway.respond(f"{trap.url}/response/1", {"text": "hello"})
    await gateway.close()
    assert trap.called == []


async def test_no_answer_at_all_is_told_from_a_refusal() -> None:
    gateway = WebGateway("xoxb-1", "http://127.0.0.1:1/api/")
    with pytest.raises(Unclear):
        await gateway.respond("http://127.0.0.1:1/response/1", {"text": "hello"})
    await gateway.close()
