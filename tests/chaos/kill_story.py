"""The story that passes every fail point: who does what there, and what must be there once it is over.

A deed plays on a stage of its own: two people, a channel, and a name that is found again. What the bot acknowledged
must be there once, what it didn't at most once, and what an event told must be there once, for Slack tells it again.
"""

import contextlib
import http.client
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.workspaces import Answering
from bot.playground import posting
from bot.playground.sample import TEAM
from tests.chaos.kill_stage import TRIES, Stage
from tests.chaos.kill_world import author_of, channel_of, partner_of
from tests.support.seen import Seen, all_text


class Deed:
    """Something that is done once on a stage; what is wrong in the end is told in words."""

    wants_calm = False
    """Whether everything that was begun must have come to its end before: a clock that jumps makes it too late."""

    def prepare(self, stage: Stage) -> None:
        """Do what must be there before, while nothing goes wrong."""

    def act(self, stage: Stage) -> None:
        """Do it while the fail point is armed; it ends whether the bot lives or not."""

    def wrongs(self, stage: Stage) -> list[str]:
        """Say what is lost or doubled."""
        return []


class Records(Deed):
    """A command records a task for a colleague: one task, one card."""

    def act(self, stage: Stage) -> None:
        stage.answered = stage.types(f"/task {stage.title} {stage.at_partner}")

    def wrongs(self, stage: Stage) -> list[str]:
        tasks = len(stage.tasks())
        return [
            *_once_or_never(stage, tasks, "tasks"),
            *_exactly(tasks, len(stage.posts_here()), "cards"),
        ]


class RecordsInDirectMessage(Records):
    """The same in a direct message, of which nothing is known yet: each of the two is told once."""

    def act(self, stage: Stage) -> None:
        stage.answered = stage.types(f"/task {stage.title} {stage.at_partner}", where="")

    def wrongs(self, stage: Stage) -> list[str]:
        tasks = len(stage.tasks())
        wanted = 2 if tasks else 0
        return [*_once_or_never(stage, tasks, "tasks"), *_exactly(wanted, len(stage.posts()), "messages")]


class RecordsWhereTheBotIsNot(Records):
    """The same in a channel without the bot: the card goes to direct messages."""

    def act(self, stage: Stage) -> None:
        where = f"#without-{stage.number:03d}"
        stage.answered = stage.types(f"/task {stage.title}", where=where)

    def wrongs(self, stage: Stage) -> list[str]:
        tasks = len(stage.tasks())
        return [*_once_or_never(stage, tasks, "tasks"), *_exactly(tasks, len(stage.posts()), "cards")]


class RecordsWhereSlackIsBusy(Records):
    """The same where the card must wait: the colleague's own message is held until the card has told them, or not."""

    def act(self, stage: Stage) -> None:
        stage.world.slack.do(lambda: stage.world.playground.rate_limit(channel_of(stage.number), 4))
        super().act(stage)


class RecordsByMessage(Records):
    """A message records a task."""

    def act(self, stage: Stage) -> None:
        stage.answered = None
        stage.says(f"task: {stage.title}")


class RecordsByReaction(Records):
    """A reaction records a task of a message; it must be fetched from Slack first."""

    def prepare(self, stage: Stage) -> None:
        stage.memory["said"] = stage.says(f"Somebody has to {stage.title}")

    def act(self, stage: Stage) -> None:
        stage.answered = None
        stage.author.reacts("pushpin", on=stage.memory["said"])


class RecordsInQuiet(Records):
    """A message records a task where the workspace prefers a reaction to a card."""

    def act(self, stage: Stage) -> None:
        stage.world.change_settings(lambda settings: replace(settings, answering=Answering.REACTION))
        stage.answered = None
        stage.memory["said"] = stage.says(f"task: {stage.title}")

    def wrongs(self, stage: Stage) -> list[str]:
        reactions = stage.memory["said"].now.reactions
        return [
            *_exactly(1, len(stage.tasks()), "tasks"),
            *_exactly(1, len(reactions.get("pushpin", ())), "reactions"),
        ]


class RecordsByForm(Records):
    """A form records a task."""

    def prepare(self, stage: Stage) -> None:
        stage.is_heard_typing("/task")
        stage.author.form().fill(title=stage.title)

    def act(self, stage: Stage) -> None:
        forms = stage.world.playground.forms
        outcome = stage.world.loop.run(forms.submits(stage.author.user.id))
        stage.answered = not (outcome.error or outcome.errors)


class OpensForm(Deed):
    """A command opens a form; nothing is kept."""

    def act(self, stage: Stage) -> None:
        stage.types("/task")


class OpensHome(Deed):
    """Somebody opens the home; nothing is kept."""

    def act(self, stage: Stage) -> None:
        user = stage.author.user.id
        stage.world.slack.do(lambda: stage.world.playground.people.opens_home(user))


class LooksWhetherItIsReady(Deed):
    """A load balancer asks whether the bot is ready; nothing is kept."""

    def act(self, stage: Stage) -> None:
        for _ in range(TRIES):  # a busy bot says that it isn't, without a look at the database
            with contextlib.suppress(OSError, http.client.HTTPException):
                urllib.request.urlopen(f"http://127.0.0.1:{stage.world.port}/readyz", timeout=5).close()


class Asks(Deed):
    """A message asks for a list, and is answered once at most."""

    def act(self, stage: Stage) -> None:
        stage.says("@stafet list")

    def wrongs(self, stage: Stage) -> list[str]:
        channel = stage.world.playground.workspace.channels[stage.channel.id]
        return ["answered twice"] if len(channel.ephemerals) > 1 else []


class Finishes(Deed):
    """A click finishes a task, and its card says so."""

    def prepare(self, stage: Stage) -> None:
        stage.records(stage.at_partner)

    def act(self, stage: Stage) -> None:
        stage.answered = stage.presses("task.done", stage.memory["card"], by=stage.partner)

    def wrongs(self, stage: Stage) -> list[str]:
        is_done = stage.tasks()[0]["state"] == "done"
        cards = stage.posts_here()
        lost = ["finished, acknowledged, and lost"] if stage.acknowledged and not is_done else []
        shows = ["the card shows another state"] if any("Done" in all_text(card) for card in cards) != is_done else []
        return [*lost, *shows, *_exactly(1, len(cards), "cards")]


class FinishesWithoutCard(Finishes):
    """A command finishes a task whose card somebody deleted: it gets a new one."""

    def act(self, stage: Stage) -> None:
        playground, card = stage.world.playground, stage.memory["card"]
        stage.world.slack.do(lambda: posting.remove(playground.core, card.find()))
        stage.answered = stage.types(f"/task done {stage.memory['ref']}")


class TakesBack(Deed):
    """A click in the answer takes a task back: its card goes, and the answer says so."""

    def prepare(self, stage: Stage) -> None:
        stage.records()

    def act(self, stage: Stage) -> None:
        answer = Seen(stage.world.slack, stage.memory["answer"])
        stage.answered = stage.presses("task.undo", answer, by=stage.author)

    def wrongs(self, stage: Stage) -> list[str]:
        is_undone = stage.tasks()[0]["state"] != "open"
        lost = ["taken back, acknowledged, and lost"] if stage.acknowledged and not is_undone else []
        return [*lost, *_exactly(0 if is_undone else 1, len(stage.posts_here()), "cards")]


class IsWarned(Deed):
    """A promise comes near: its assignee is told once."""

    def prepare(self, stage: Stage) -> None:
        stage.records("in 1000 hours")

    def act(self, stage: Stage) -> None:
        stage.answered = stage.types(f"/task move {stage.memory['ref']} in 4 hours")
        stage.world.slack.clock.forward(hours=3, minutes=5)

    def wrongs(self, stage: Stage) -> list[str]:
        rows = [row for row in stage.world.rows("deliveries") if row["subject"] == stage.memory["ref"]]
        said = {(row["channel"], row["ts"]) for row in rows if row["state"] == "sent"}
        there = {(message.channel, message.ts) for message in stage.posts()}
        warnings = [row["kind"] for row in rows if row["kind"] in ("delay.heads_up", "delay.late")]
        unwarned = ["never warned"] if stage.acknowledged and not warnings else []
        doubled = [f"warned by {warnings}"] if len(set(warnings)) < len(warnings) else []
        return [*unwarned, *doubled, *([f"said at {said}, but there is {there}"] if said != there else [])]


class AnswersAnOldWarning(Deed):
    """A click on a warning of yesterday's promise: it counts for today's, and the warning is shown anew."""

    def prepare(self, stage: Stage) -> None:
        stage.records("in 4 hours")
        stage.world.slack.clock.forward(hours=3, minutes=5)
        warning = stage.world.slack.dm(author_of(stage.number)).waits_for(stage.title)
        stage.memory["warning"] = warning
        stage.is_heard_typing(f"/task move {stage.memory['ref']} in 2000 hours")
        warning.changes_to("Moved")

    def act(self, stage: Stage) -> None:
        warning = stage.memory["warning"]
        block = next(block for block in warning.blocks if block["type"] == "actions")
        value, id = stage.memory["ref"], block["block_id"]
        clicked = {
            "type": "block_actions",
            "trigger_id": f"1.{stage.number}.old",
            "team": {"id": TEAM},
            "user": {"id": stage.author.user.id},
            "channel": {"id": warning.channel},
            "container": {"type": "message", "channel_id": warning.channel, "message_ts": warning.ts},
            "actions": [{"type": "button", "action_id": "delay.on_track", "block_id": id, "value": value}],
        }
        answer = stage.world.loop.run(stage.world.playground.core.reach.ask("interactive", clicked))
        stage.answered = not answer.failure

    def wrongs(self, stage: Stage) -> list[str]:
        return _exactly(1, len(stage.posts_here()), "cards")


class IsReminded(Deed):
    """A handoff that nobody answers: its receiver is reminded once."""

    wants_calm = True

    def prepare(self, stage: Stage) -> None:
        stage.is_heard_typing("/handoff")
        form = stage.author.form().fill(receiver=stage.partner.user.id, promised="A draft by friday")
        form.fill(state=stage.title, next_step="Call Bo")
        assert any(form.submits() is None for _ in range(TRIES))  # it may be told to try again
        stage.memory["offer"] = stage.world.slack.dm(partner_of(stage.number)).waits_for(stage.title)

    def act(self, stage: Stage) -> None:
        stage.world.slack.clock.forward(hours=4, minutes=5)

    def wrongs(self, stage: Stage) -> list[str]:
        rows = [row for row in stage.world.rows("deliveries") if row["kind"] == "handoff.reminder"]
        own = {(row["channel"], row["ts"]) for row in rows if row["person"] == stage.partner.user.id}
        return _exactly(1, len(own), "reminders")  # it is shown anew, in its place, when the handoff is over


class IsAsked(Deed):
    """A colleague is asked for feedback and doesn't answer: they are asked once, and a week later no more."""

    wants_calm = True

    def prepare(self, stage: Stage) -> None:
        stage.is_heard_typing(f"/feedback ask {stage.at_partner} score How was it, {stage.title}?")
        stage.memory["question"] = stage.world.slack.dm(partner_of(stage.number)).waits_for(stage.title)

    def act(self, stage: Stage) -> None:
        stage.world.slack.clock.forward(days=7, minutes=5)

    def wrongs(self, stage: Stage) -> list[str]:
        is_open = "closed" not in str(stage.memory["question"].now)
        return [*(["still open"] if is_open else []), *_exactly(1, len(stage.posts()), "questions")]


def _once_or_never(stage: Stage, times: int, of: str) -> list[str]:
    """Say what is wrong with how often something is there: what was acknowledged or told by an event must be."""
    least = 0 if stage.acknowledged is False else 1
    return [] if least <= times <= 1 else [f"{times} {of}, acknowledged: {stage.acknowledged}"]


def _exactly(wanted: int, there: int, of: str) -> list[str]:
    return [] if wanted == there else [f"{there} {of} instead of {wanted}"]


def _around(kind: str, *names: str) -> list[str]:
    return [f"{moment}.{kind}.{name}" for name in names for moment in ("before", "after")]


START = [*_around("commit", "schema", "take-over"), *_around("call", "ask"), *_around("commit", "install", "people")]
"""The points that a bot passes by itself, when it begins on an empty database."""
NOT_ON_POSTGRES = _around("commit", "take-over")
"""Where replicas share a database, nobody ends another's lease."""
END = _around("commit", "resolve")
"""The points that it passes once the settle time of what the kills left open is over."""
TIDY = _around("commit", "tidy")
"""The points of the upkeep, ten minutes after the start."""
_DEEDS: Sequence[tuple[Callable[[], Deed], Sequence[str]]] = (
    (AnswersAnOldWarning, _around("commit", "refresh")),
    (Records, _around("commit", "trigger", "channel", "claim", "settle")),
    (Records, ["before.ack", "after.ack", *_around("call", "post")]),
    (RecordsInDirectMessage, [*_around("call", "dm"), *_around("commit", "dm")]),
    (RecordsWhereTheBotIsNot, _around("commit", "reroute")),
    (RecordsWhereSlackIsBusy, _around("commit", "hold")),
    (RecordsByMessage, _around("commit", "message")),
    (RecordsByReaction, _around("commit", "event", "errand-claim", "errand", "errand-done")),
    (RecordsByReaction, _around("call", "find")),
    (RecordsByForm, _around("commit", "view")),
    (OpensForm, _around("call", "form")),
    (LooksWhetherItIsReady, _around("commit", "probe")),
    (OpensHome, _around("call", "home")),
    (Asks, [*_around("commit", "answer"), *_around("call", "whisper")]),
    (Finishes, _around("call", "edit")),
    (FinishesWithoutCard, _around("commit", "forget")),
    (TakesBack, _around("call", "respond", "delete")),
    (IsReminded, _around("commit", "sweep-handoffs")),
    (IsWarned, _around("commit", "sweep-tasks")),
    (IsAsked, _around("commit", "sweep-prompts")),
    (RecordsInQuiet, _around("call", "react")),
)
STORY = [(point, deed()) for deed, points in _DEEDS for point in points]
"""Which deed passes which point; the order matters where clocks and settings change."""
