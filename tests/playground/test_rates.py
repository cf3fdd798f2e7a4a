"""How often a method may be called: Slack's tiers, its pace of posts, and what lifts them."""

from types import SimpleNamespace

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import faults, rates
from bot.playground.errors import RateLimitError
from bot.playground.rates import Rate
from bot.playground.server import Playground
from bot.playground.web_api import METHODS

ACME, ANE = "CACME00001", "UANE000000"


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let a test say what time it is."""
    now = [1000.0]
    for module in (faults, rates):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def refused_for(rate: Rate, name: str) -> int:
    with pytest.raises(RateLimitError) as refused:
        rate.take(name)
    return refused.value.retry_after


def test_a_burst_is_let_through_and_then_one_as_often_as_agreed(seconds: list[float]) -> None:
    rate = Rate(20 / 60, 20)
    for _ in range(20):
        rate.take("users.list")
    assert refused_for(rate, "users.list") == 3
    rate.take("conversations.list")
    seconds[0] += 2
    assert refused_for(rate, "users.list") == 1
    seconds[0] += 1
    rate.take("users.list")
    assert refused_for(rate, "users.list") == 3
    seconds[0] += 3600
    for _ in range(20):
        rate.take("users.list")
    assert refused_for(rate, "users.list") == 3
    assert rate.refused == 4


@pytest.mark.parametrize(
    ("a_minute", "methods"),
    [
        (20, "users.list conversations.list reactions.remove"),
        (50, "chat.update chat.delete conversations.history conversations.replies conversations.open reactions.add"),
        (100, "chat.postEphemeral views.open views.push views.update views.publish users.info conversations.members"),
        (500, "chat.postMessage"),
    ],
)
def test_every_method_has_the_tier_that_slack_gives_it(a_minute: int, methods: str) -> None:
    assert {name: METHODS[name].a_minute for name in methods.split()} == dict.fromkeys(methods.split(), a_minute)


@pytest.mark.usefixtures("seconds")
async def test_a_method_called_too_often_is_refused_and_others_are_not(
    client: AsyncWebClient, playground: Playground
) -> None:
    for _ in range(20):
        await client.users_list(limit=1)
    with pytest.raises(SlackApiError) as refused:
        await client.users_list(limit=1)
    assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
    assert 1 <= int(refused.value.response.headers["Retry-After"]) <= 3
    await client.users_info(user=ANE)
    playground.core.tiers = False
    await client.users_list(limit=1)
    for number in range(5):
        await client.chat_postMessage(channel=ACME, text=str(number))
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=ACME, text="posts keep their pace")
    playground.core.tiers, playground.limits = True, False
    await client.users_list(limit=1)
