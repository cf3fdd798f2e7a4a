"""What Slack refuses, in its own words: one table, from `refused_messages`, `refused_forms` and `refused_calls`."""

import pytest

from bot.playground.core import Answer
from bot.playground.limits import check_message, check_view
from bot.playground.posting import content_of, post, post_as_bot
from bot.playground.server import Playground
from bot.playground.state import Json
from bot.playground.views import build, put_on_top
from bot.playground.web_api import WebApi
from tests.playground import taken
from tests.playground.parts import MANIFEST, modal, section
from tests.playground.refusals import ACME, ANE, Case, World
from tests.playground.refused_calls import BOREALIS, CALLS, GONE
from tests.playground.refused_forms import FORMS
from tests.playground.refused_messages import MESSAGES

CASES: list[Case] = [*MESSAGES, *FORMS, *CALLS]


class Deaf:
    """Stand for a bot that hears nothing: what is refused never reaches it."""

    async def ask(self, kind: str, payload: Json) -> Answer:
        return Answer()

    def tell(self, payload: Json) -> None:
        pass


@pytest.fixture(scope="module")
def slack() -> Playground:
    """Build a Slack that no bot is connected to, with room for any number of calls."""
    slack = Playground(manifest=MANIFEST)
    slack.core.reach = Deaf()
    slack.limits = False
    return slack


@pytest.fixture(scope="module")
def api(slack: Playground) -> WebApi:
    """Give its Web API, without HTTP."""
    return WebApi(slack.core, dict)


@pytest.fixture(scope="module")
def world(slack: Playground) -> World:
    """Put into it what the calls are about."""
    core, channels = slack.core, slack.workspace.channels
    said = content_of({"text": "x"})
    bots = post_as_bot(core, channels[ACME], said)
    bots.reactions["eyes"] = [slack.workspace.app.bot_user]
    persons = post(core, channels[ACME], ANE, said)
    archived = post_as_bot(core, channels[BOREALIS], said)
    channels[BOREALIS].is_archived = True
    slack.workspace.users[GONE].deleted = True
    forms = [build(core, ANE, modal(section("x"), external_id=name), "modal") for name in ("mine", "2", "3")]
    for form in forms:
        put_on_top(core, form)
    home = slack.workspace.homes[ANE] = build(core, ANE, {"type": "home", "blocks": []}, "home")
    return World(bots.ts, persons.ts, archived.ts, forms[0].id, home.id)


def answer_to(slack: Playground, api: WebApi, method: str, args: Json) -> Json:
    """Call a method; who opens a form has a trigger, unless the case brings its own or has none on purpose."""
    if "view" in args and method in ("views.open", "views.push"):
        args = {"trigger_id": slack.core.triggers.give(ANE), **args}
    return api.answer(method, args, slack.bot_token)[2]


def test_the_table_is_long_and_every_case_has_its_own_name() -> None:
    names = [(case.method, case.name) for case in CASES]
    assert len(names) == len(set(names)) >= 250


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case.method}: {case.name}") for case in CASES])
def test_slack_refuses(slack: Playground, api: WebApi, world: World, case: Case) -> None:
    args = case.args(world) if callable(case.args) else case.args
    answer = answer_to(slack, api, case.method, args)
    assert (answer["ok"], answer["error"]) == (False, case.error)
    if case.says:
        pointer = f" [json-pointer:{case.at}]" if case.at else ""
        assert answer["response_metadata"]["messages"] == [f"[ERROR] {case.says}{pointer}"]
        assert answer.get("errors", [case.says + pointer]) == [case.says + pointer]


@pytest.mark.parametrize("name", taken.MESSAGES)
def test_slack_takes_a_message_at_its_limits(name: str) -> None:
    check_message(taken.MESSAGES[name])


@pytest.mark.parametrize("name", taken.FORMS)
def test_slack_takes_a_form_at_its_limits(name: str) -> None:
    check_view(taken.FORMS[name], "modal")
