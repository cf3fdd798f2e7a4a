"""What people do with a form: fill it in, send it, close it."""

from typing import Any

from bot.playground import payloads, views
from bot.playground.core import Answer, Core
from bot.playground.errors import CannotDoError, SlackError
from bot.playground.inputs import chosen_value, client_errors
from bot.playground.people import TROUBLE, Outcome, People, find_element
from bot.playground.state import Json, User, View


class Forms:
    """Let people work with the form in front of them."""

    def __init__(self, core: Core, people: People) -> None:
        self._core = core
        self._people = people

    def top(self, user: User) -> View:
        """Find the form in front of a person."""
        view = self._core.workspace.top_form(user.id)
        if view is None:
            raise CannotDoError(f"{user.name} has no form open")
        return view

    def fills(self, name: str, values: dict[str, dict[str, Any]]) -> None:
        """Put choices into fields: {block_id: {action_id: choice}}."""
        view = self.top(self._people.user(name))
        for block_id, actions in values.items():
            for action_id, chosen in actions.items():
                _, element = find_element(view, block_id, action_id)
                try:
                    value = chosen_value(element, chosen)
                except KeyError as wrong:
                    raise CannotDoError(str(wrong.args[0])) from wrong
                view.state.setdefault(block_id, {})[action_id] = value

    async def submits(self, name: str) -> Outcome:
        """Send the form in front; say what is wrong with it, if anything."""
        user = self._people.user(name)
        view = self.top(user)
        if view.body.get("submit") is None:
            raise CannotDoError("this form has no submit button")
        view.errors = client_errors(view.body["blocks"], view.state)
        error = ""
        if not view.errors:
            payload = payloads.view_submission(self._core, user, view, self._people.response_urls(user, view))
            answer = await self._core.reach.ask("interactive", payload)
            error = self._take(user, view, answer)
        self._core.live.say("form", user=user.id)
        return Outcome(error=error, errors=dict(view.errors))

    def _take(self, user: User, view: View, answer: Answer) -> str:
        if answer.failure:
            return TROUBLE
        body = answer.body if isinstance(answer.body, dict) else {}
        try:
            return self._follow(user, view, body)
        except SlackError as refused:
            self._core.refuse(answer, refused)
            return f"{TROUBLE} ({refused.code} {'; '.join(refused.messages)})"

    def _follow(self, user: User, view: View, body: Json) -> str:
        stack = self._core.workspace.modals.get(user.id, [])
        action = body.get("response_action")
        if action == "errors":
            return _take_errors(view, body)
        if action == "update":
            views.change(self._core, view, body.get("view") or {}, "modal")
        elif action == "push":
            views.put_on_top(self._core, views.build(self._core, user.id, body.get("view") or {}, "modal"))
        elif action == "clear" or (action is None and view.body.get("clear_on_close")):
            stack.clear()
        elif action is None:
            if view in stack:
                stack.remove(view)
        else:
            return f"{TROUBLE} (unknown response_action {action!r})"
        return ""

    async def closes(self, name: str, *, everything: bool = False) -> None:
        """Close the form in front, or all of them; tell the app if it asked to know."""
        user = self._people.user(name)
        stack = self._core.workspace.modals.get(user.id, [])
        self.top(user)
        cleared = everything or bool(stack[-1].body.get("clear_on_close"))
        closed = list(reversed(stack)) if cleared else [stack[-1]]
        self._core.workspace.modals[user.id] = [] if cleared else stack[:-1]
        self._core.live.say("form", user=user.id)
        for view in closed:
            if view.body.get("notify_on_close"):
                payload = payloads.view_closed(self._core, user, view, cleared=cleared)
                await self._core.reach.ask("interactive", payload)


def _take_errors(view: View, body: Json) -> str:
    errors = body.get("errors") or {}
    known = {b["block_id"] for b in view.body["blocks"] if b.get("type") == "input"}
    if not errors or not set(errors) <= known:
        return f"{TROUBLE} (errors for unknown blocks: {sorted(set(errors) - known)})"
    view.errors = {block: str(text) for block, text in errors.items()}
    return ""
