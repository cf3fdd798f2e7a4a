"""Guests and people of other workspaces answer what was asked of them, and nothing else: every route there is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.app import App
from bot.domain.customers import Customer
from bot.domain.feedback import Kind, Prompt, PromptState
from bot.domain.handoffs import Handoff, HandoffState, Terms
from bot.domain.notices import Notice, NoticeState
from bot.domain.outgoing import Post, Saying
from bot.domain.references import Noun, Reference, task_ref
from bot.domain.tasks import Due, State, Task
from bot.domain.workspaces import Workspace
from bot.playground.sample import ACME, TEAM
from bot.playground.server import Playground
from handlers import ROUTES
from handlers.routes import Action, Command, EventRoute, FormRoute, Route, SearchRoute
from storage.tables import metadata
from storage.workspaces import install
from tests.support.backstage import StoryLoop
from tests.support.deliveries import Somebody
from tests.support.outgoing import is_all_said
from tests.support.stories import Slack

AT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
SECRET = "Lower the price"
SAM, GUS = "USAM000000", "UGUS000000"
FOR_OUTSIDERS = {
    "feedback.answer.",
    "feedback.comment",
    "feedback.comment.form",
    "app_home_opened",
    "user_change",
    "channel_shared",
    "channel_unshared",
    "member_joined_channel",
    "member_left_channel",
}
"""Answers to a question that was asked of them, their empty home, and what Slack tells of people and channels."""

DIRECTORY = ("inbox", "members", "channels")
"""Tables in which a refused delivery may leave a trace: who somebody is, and that the delivery came."""

EVERYTHING = ("T-1", "H-1", "N-1", "1", "F-1", "C-1")


def name_of(route: Route) -> str:
    """Name what a route hears."""
    match route:
        case Command(name):
            return name
        case EventRoute(kind):
            return kind
        case SearchRoute(menu):
            return menu
    return route.id


def is_for_outsiders(route: Route) -> bool:
    return getattr(route, "for_outsiders", False)


def kept(app: App) -> dict[str, list[Any]]:
    """Read everything that is stored, but for the directory."""
    with app.database.reading() as connection:
        tables = [table for table in metadata.sorted_tables if table.name not in DIRECTORY]
        return {table.name: sorted(map(str, connection.execute(select(table)))) for table in tables}


def give_all_to(app: App, person: str, home: str) -> None:
    """Let a person be in everything, as if they had been a member once; only question F-1 is somebody else's."""
    task = Task(number=1, title=SECRET, state=State.OPEN, author=person, assignee=person, created_at=AT, customer=1)
    due = Due(at=datetime(2027, 3, 4, tzinfo=UTC))
    terms = Terms(receiver=person, customer=1, promised=SECRET, situation=SECRET, next_step=SECRET)
    handoff = Handoff(number=1, state=HandoffState.OFFERED, giver="UANE000000", terms=terms, created_at=AT)
    notice = Notice(
        number=1, task=1, state=NoticeState.DRAFT, text=SECRET, drafted_for=person, due_at=due.at, created_at=AT
    )
    prompt = Prompt(
        number=1, state=PromptState.ASKED, kind=Kind.SCORE, person="UMARI00000", ask_at=AT, created_at=AT, asked_at=AT
    )
    with app.store.work(home) as uow:
        uow.customers.add(Customer(number=1, name=SECRET, owner=person, shared_channel="CACMESHARE", contacts=(SAM,)))
        uow.tasks.add(replace(task, due=due, first_due_at=due.at))
        uow.handoffs.add(handoff)
        uow.notices.add(notice)
        uow.prompts.add(prompt)
        uow.posts.save(Post(about=task_ref(1), role=Saying.TASK_CARD.value, channel="CACMESHARE", ts="1.1"))
        uow.settings.save(replace(uow.settings.get(), lead=person, team_channel="CACME00001"))


def deliver(somebody: Somebody, app: App, loop: StoryLoop, routes: Sequence[Route]) -> dict[str, int]:
    """Use every route about everything, let all that follows happen, and give the worst status by route."""
    statuses: dict[str, int] = {}
    for route in routes:
        abouts = EVERYTHING if isinstance(route, Action | FormRoute) else EVERYTHING[:1]
        for about in abouts:
            answer = loop.run(app.edge.receive(somebody.uses(route, about=about)))
            statuses[name_of(route)] = max(answer.status, statuses.get(name_of(route), 0))
    loop.run(app.edge.settled())
    return statuses


def test_what_outsiders_may_do_is_decided_by_a_person_and_stands_here() -> None:
    assert {name_of(route) for route in ROUTES if is_for_outsiders(route)} == FOR_OUTSIDERS


@pytest.mark.parametrize(("person", "team"), [(SAM, ACME), (SAM, None), (GUS, TEAM)], ids=["sam", "sam?", "gus"])
def test_no_route_lets_an_outsider_change_or_read_anything(
    bot: App, slack: Slack, playground: Playground, story_loop: StoryLoop, person: str, team: str | None
) -> None:
    give_all_to(bot, person, playground.workspace.id)
    somebody = Somebody(id=person, home=playground.workspace.id, team=team, channel="CACMESHARE")
    before = kept(bot)
    statuses = deliver(somebody, bot, story_loop, list(ROUTES))
    assert {name for name, status in statuses.items() if status != 200} == set()
    assert kept(bot) == before
    assert slack.do(lambda: playground.workspace.top_form(person)) is None
    shown = [message for channel in playground.workspace.channels.values() for message in channel.messages.values()]
    shown += [each for channel in playground.workspace.channels.values() for each in channel.ephemerals.values()]
    assert SECRET not in str(shown)
    assert SECRET not in str(playground.workspace.homes)


@pytest.mark.parametrize(("team", "status"), [(None, 503), (ACME, 200)])
def test_without_slacks_word_who_somebody_is_nothing_is_done(
    bot: App, slack: Slack, playground: Playground, story_loop: StoryLoop, team: str | None, status: int
) -> None:
    """An event comes again where nothing tells who it was; whoever pressed is asked to do so again."""
    stranger = "UNOBODY001"
    give_all_to(bot, stranger, playground.workspace.id)
    routes = [route for route in ROUTES if not isinstance(route, Command) and not is_for_outsiders(route)]
    before = kept(bot)
    slack.do(playground.down)
    somebody = Somebody(id=stranger, home=playground.workspace.id, team=team, channel="CACMESHARE")
    statuses = deliver(somebody, bot, story_loop, routes)
    slack.do(lambda: playground.down(False))
    assert kept(bot) == before
    assert {statuses[name_of(route)] for route in routes if isinstance(route, EventRoute)} == {status}


def test_a_member_may_use_every_route(bot: App, slack: Slack, playground: Playground, story_loop: StoryLoop) -> None:
    """See that the deliveries of these tests do something where they come from a member."""
    give_all_to(bot, "UANE000000", playground.workspace.id)
    ane = Somebody(id="UANE000000", home=playground.workspace.id, team=TEAM, channel="CACMESHARE")
    before = kept(bot)
    deliver(ane, bot, story_loop, list(ROUTES))
    changed = {name for name, rows in kept(bot).items() if rows != before[name]}
    assert {"tasks", "handoffs", "timeline", "outbox", "notices"} <= changed


@pytest.mark.parametrize("name", ["sam", "gus"])
def test_an_outsider_answers_their_own_question_and_no_other(
    bot: App, slack: Slack, playground: Playground, story_loop: StoryLoop, name: str
) -> None:
    person = slack.user(name).user
    give_all_to(bot, person.id, playground.workspace.id)
    own = Prompt(
        number=2, state=PromptState.ASKED, kind=Kind.SCORE, person=person.id, ask_at=AT, created_at=AT, asked_at=AT
    )
    with bot.store.work(playground.workspace.id) as uow:
        uow.prompts.add(own)
    somebody = Somebody(id=person.id, home=playground.workspace.id, team=person.team_id, channel="CACMESHARE")
    routes = {name_of(route): route for route in ROUTES if isinstance(route, Action | FormRoute)}
    for about in ("1", "2"):
        story_loop.run(bot.edge.receive(somebody.uses(routes["feedback.answer."], about=about)))
    for about in ("F-1", "F-2"):
        story_loop.run(bot.edge.receive(somebody.uses(routes["feedback.comment.form"], about=about, words="Quick!")))
    with bot.store.look(playground.workspace.id) as uow:
        prompts = [uow.prompts.get(Reference(Noun.PROMPT, number)) for number in (1, 2)]
    assert [(prompt.answer, prompt.comment) for prompt in prompts] == [(None, None), (5, "Quick!")]


def test_an_outsiders_form_is_for_the_workspace_that_asked_though_their_own_has_stafet_too(
    bot: App, slack: Slack, playground: Playground, story_loop: StoryLoop
) -> None:
    home = playground.workspace.id
    with bot.database.writing() as connection:
        install(connection, Workspace(id=ACME, name="Acme", bot_user="UACMEBOT", bot_id="BACMEBOT"))
    for workspace in (home, ACME):
        give_all_to(bot, SAM, workspace)
    sam = Somebody(id=SAM, home=home, team=ACME, channel="CACMESHARE")
    own = Prompt(number=2, state=PromptState.ASKED, kind=Kind.SCORE, person=SAM, ask_at=AT, created_at=AT, asked_at=AT)
    with bot.store.work(home) as uow:
        uow.prompts.add(replace(own, answer=5, answered_at=AT, state=PromptState.ANSWERED))
    before = kept(bot)
    forms = {name_of(route): route for route in ROUTES if isinstance(route, FormRoute)}
    comment = forms.pop("feedback.comment.form")
    assert set(deliver(sam, bot, story_loop, list(forms.values())).values()) == {200}
    assert kept(bot) == before, "an outsider here, also where they are a colleague there"
    story_loop.run(bot.edge.receive(sam.uses(comment, about="F-2", words="Quick!")))
    with bot.store.look(home) as uow:
        assert uow.prompts.get(Reference(Noun.PROMPT, 2)).comment == "Quick!"


@pytest.mark.parametrize("name", ["sam", "gus"])
def test_an_outsider_who_sees_a_card_can_do_nothing_with_it(
    bot: App, slack: Slack, playground: Playground, name: str
) -> None:
    """A card that stood in a channel before an outsider came into it."""
    slack.user("ane").types(f"/task {SECRET} tomorrow at 10:00 @mari", channel="#borealis")
    card = slack.channel("#borealis").waits_for(SECRET)
    slack.do(lambda: playground.people.shares_channel("ane", "#borealis", name))
    assert slack.until(lambda: is_all_said(bot.database) or None)
    outsider, before = slack.user(name), kept(bot)
    for action in card.actions:
        outsider.presses(action, on=card)
        assert not outsider.has_form
    outsider.reacts("white_check_mark", on=card)
    outsider.reacts("pushpin", on=card)
    said = outsider.says("task: Give me the same price", channel="#borealis")
    outsider.says("@Stafet task Give me the same price", channel="#borealis", thread=card)
    outsider.reacts("pushpin", on=said)
    outsider.edits(said, "task: Give me a better price")
    outsider.deletes(said)
    outsider.says("task: Give me the same price")
    assert SECRET not in outsider.opens_home()
    slack.channel("#borealis").stays_without("T-2")
    assert kept(bot) == before
