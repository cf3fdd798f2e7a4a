"""Forms, as the people of a story fill them in."""

from datetime import datetime
from typing import Any

from bot.playground.limits import elements_of
from bot.playground.state import Json, User, View
from tests.support.backstage import Backstage
from tests.support.seen import texts_of


class Form:
    """The form in front of a person."""

    def __init__(self, slack: Backstage, user: User) -> None:
        self._slack = slack
        self._user = user
        self._view = self._top()

    @property
    def callback_id(self) -> str:
        """Name the form."""
        return str(self._view.body.get("callback_id", ""))

    @property
    def title(self) -> str:
        """Give the words at its top."""
        return str(self._view.body["title"]["text"])

    @property
    def text(self) -> str:
        """Give all the words in it."""
        return "\n".join(texts_of(self._view.body["blocks"]))

    @property
    def fields(self) -> list[str]:
        """Name its fields, by block_id."""
        return [block["block_id"] for block in self._view.body["blocks"] if block["type"] == "input"]

    @property
    def values(self) -> dict[str, Any]:
        """Say what each field holds now, in short."""
        held = {block: value for block, actions in self._view.state.items() for value in actions.values()}
        return {block: _short(value) for block, value in held.items()}

    def fill(self, **fields: Any) -> "Form":
        """Fill fields in, each named by its block_id; options are named by their value."""
        given = {name: {self._action(name): plain(value)} for name, value in fields.items()}
        self._slack.do(lambda: self._slack.playground.forms.fills(self._user.id, given))
        return self

    def searches(self, name: str, words: str = "") -> list[Json]:
        """Open a menu that the bot fills, or type into it; give the options that it offers."""
        people, ids = self._slack.playground.people, (name, self._action(name))
        return self._slack.run(people.suggestions(self._user.id, self._view, ids, words))

    def submits(self) -> dict[str, str] | None:
        """Send it; give the errors by field, None if it was taken."""
        outcome = self._slack.run(self._slack.playground.forms.submits(self._user.id))
        if outcome.error:
            raise AssertionError(outcome.error)
        return outcome.errors or None

    def closes(self, *, everything: bool = False) -> None:
        """Close it."""
        self._slack.run(self._slack.playground.forms.closes(self._user.id, everything=everything))

    def presses(self, action_id: str, *, choosing: Any = None) -> None:
        """Press a button in it, or choose something that the bot hears of at once."""
        people = self._slack.playground.people
        outcome = self._slack.run(people.presses(self._user.id, self._view, ("", action_id), plain(choosing)))
        if outcome.error:
            raise AssertionError(outcome.error)

    def _top(self) -> View:
        view = self._slack.playground.workspace.top_form(self._user.id)
        assert view is not None
        return view

    def _action(self, name: str) -> str:
        for block in self._view.body["blocks"]:
            if block["block_id"] == name:
                return str(next(element["action_id"] for _, element in elements_of(block)))
        raise AssertionError(f"the form has no field {name!r}, only {self.fields}")


def plain(value: Any) -> Any:
    """Give what a person chose as the playground takes it."""
    return int(value.timestamp()) if isinstance(value, datetime) else value


def _short(value: Json) -> Any:
    held = next((each for key, each in value.items() if key != "type"), None)
    if isinstance(held, list):
        return [each["value"] if isinstance(each, dict) else each for each in held]
    return held["value"] if isinstance(held, dict) and "value" in held else held
