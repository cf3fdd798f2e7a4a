"""What an app's manifest promises: commands, shortcuts, events, scopes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Command:
    """One slash command as the manifest declares it."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """One message or global shortcut."""

    name: str
    kind: str
    callback_id: str


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that Slack acts on."""

    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    bot_events: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    home_tab: bool = field(default=True)

    def command(self, name: str) -> Command | None:
        """Find a declared command."""
        return next((c for c in self.commands if c.name == name), None)

    def shortcut(self, callback_id: str, kind: str) -> Shortcut | None:
        """Find a declared shortcut."""
        return next((s for s in self.shortcuts if s.callback_id == callback_id and s.kind == kind), None)


def read_manifest(path: Path) -> Manifest:
    """Read manifest.yml (or .json, which is YAML too)."""
    return manifest_from(yaml.safe_load(path.read_text(encoding="utf-8")) or {})


def manifest_from(raw: dict[str, Any]) -> Manifest:
    """Take from a manifest what Slack acts on."""
    features = raw.get("features") or {}
    events = ((raw.get("settings") or {}).get("event_subscriptions") or {}).get("bot_events") or []
    scopes = ((raw.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
    return Manifest(
        commands=tuple(
            Command(c["command"], c.get("description", ""), c.get("usage_hint", ""), bool(c.get("should_escape")))
            for c in features.get("slash_commands") or []
        ),
        shortcuts=tuple(Shortcut(s["name"], s["type"], s["callback_id"]) for s in features.get("shortcuts") or []),
        bot_events=frozenset(events),
        scopes=tuple(scopes),
        home_tab=bool((features.get("app_home") or {}).get("home_tab_enabled", True)),
    )
