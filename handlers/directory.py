"""The directory: what Slack tells of people and channels when they change."""

from bot.slack.gateway import read_member
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Event
from handlers.context import Context
from handlers.routes import EventRoute


async def on_user_change(event: Event, cx: Context) -> Reply:
    """Keep a person's profile up to date."""
    user = event.body.get("user")
    if isinstance(user, dict) and user.get("id"):
        member = read_member(user, workspace=cx.workspace.id)
        await cx.use(cx.services.people.learn, cx.workspace.id, [member])
    return NOTHING


async def on_channel_change(event: Event, cx: Context) -> Reply:
    """Ask anew what a channel is before anything is said there: it was shared, or somebody came or left."""
    channel = event.body.get("channel")
    if isinstance(channel, str):
        await cx.use(cx.services.people.forget_channel, cx.workspace.id, channel)
    return NOTHING


ROUTES = (
    EventRoute("user_change", on_user_change, for_outsiders=True),
    EventRoute("channel_shared", on_channel_change, for_outsiders=True),
    EventRoute("channel_unshared", on_channel_change, for_outsiders=True),
    EventRoute("member_joined_channel", on_channel_change, for_outsiders=True),
    EventRoute("member_left_channel", on_channel_change, for_outsiders=True),
)
