"""A tiny Bolt app that answers a little of everything, for the playground's own tests."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.parts import button, field, modal, plain, section

OPTIONS = [{"text": plain(name), "value": name} for name in ("low", "high")]


def answering(client: AsyncWebClient) -> AsyncApp:
    """Build a tiny app that answers a little of everything."""
    app = AsyncApp(client=client)

    @app.command("/task")
    async def on_task(ack: Any, command: Any, client: Any, respond: Any) -> None:
        text = command["text"]
        if not text:
            await ack()
            await client.views_open(trigger_id=command["trigger_id"], view=_form())
        elif text == "later":
            await ack()
            await respond("said later")
        else:
            await ack({"text": f"Recorded {text}"})
            card = {"type": "actions", "block_id": "card", "elements": [button("task.done", value="T-1")]}
            await client.chat_postMessage(channel=command["channel_id"], text=text, blocks=[section(text), card])

    @app.action("task.done")
    async def on_done(ack: Any, body: Any, client: Any) -> None:
        await ack()
        where = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        await client.chat_update(**where, text="Finished", blocks=[section(f"Finished by {body['user']['name']}")])

    @app.view("task.form")
    async def on_form(ack: Any, view: Any, client: Any, body: Any) -> None:
        title = view["state"]["values"]["title"]["value"]["value"]
        if title == "bad":
            await ack(response_action="errors", errors={"title": "Say more"})
        else:
            await ack()
            await client.chat_postMessage(channel=body["user"]["id"], text=f"Kept {title}")

    @app.shortcut("task.from_message")
    async def on_shortcut(ack: Any, shortcut: Any, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=_form(shortcut["message"]["text"]))

    @app.event("app_home_opened")
    async def on_home(event: Any, client: Any) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Your tasks")]})

    @app.event("reaction_added")
    async def on_reaction(event: Any, say: Any) -> None:
        await say(channel=event["item"]["channel"], text=f"saw {event['reaction']}", thread_ts=event["item"]["ts"])

    @app.event("message")
    async def on_message(event: Any, say: Any) -> None:
        if event.get("subtype") is None and event["text"].startswith("task:"):
            await say(text=f"heard {event['text']}", thread_ts=event["ts"])

    return app


def _form(title: str = "") -> dict[str, Any]:
    words = {"type": "plain_text_input", "action_id": "value", **({"initial_value": title} if title else {})}
    blocks = [
        field("title", words),
        field("assignee", {"type": "users_select", "action_id": "value"}, optional=True),
        field("priority", {"type": "static_select", "action_id": "value", "options": OPTIONS}, optional=True),
        field("due", {"type": "datetimepicker", "action_id": "value"}, optional=True),
    ]
    return modal(*blocks, callback_id="task.form")
