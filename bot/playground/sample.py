"""A workspace to try things in: Nordlys Service, its people, its channels, its customer."""

from bot.playground.state import Channel, User, Workspace

TEAM = "TNORDLYS01"
ACME = "TACMECORP1"
BOT = "USTAFET001"


def sample_workspace() -> Workspace:
    """Build the sample workspace, fresh."""
    space = Workspace(TEAM, "Nordlys Service", "nordlys", teams={ACME: "Acme"})
    for user in _people():
        space.users[user.id] = user
    for channel in _channels():
        space.channels[channel.id] = channel
    for user in _people():
        if not user.is_bot and user.team_id == TEAM:
            space.direct(user.id)
    return space


def _people() -> list[User]:
    def person(name: str, real: str, locale: str, tz: str, title: str, **more: bool) -> User:
        return User(_id(name), name, real, TEAM, locale, tz, title, f"{name}@nordlys.example", **more)

    return [
        person("ane", "Ane Holm", "da-DK", "Europe/Copenhagen", "Sales"),
        person("mari", "Mari Tamm", "et-EE", "Europe/Tallinn", "Operations"),
        person("deniz", "Deniz Kaya", "tr-TR", "Europe/Istanbul", "Operations"),
        person("kim", "Kim Larsen", "en-GB", "Europe/London", "Director", is_admin=True),
        person("gus", "Gus Guest", "en-US", "Europe/Copenhagen", "Guest", is_guest=True),
        User(_id("sam"), "sam", "Sam Carter", ACME, "en-US", "America/New_York", "Acme", "sam@acme.example"),
        User(BOT, "stafet", "Stafet", TEAM, "en-US", "Europe/Copenhagen", is_bot=True),
        User("USLACKBOT", "slackbot", "Slackbot", TEAM, "en-US", "Europe/London"),
    ]


def _id(name: str) -> str:
    return f"U{name.upper():0<9}"


def _channels() -> list[Channel]:
    team = [_id(name) for name in ("ane", "mari", "deniz", "kim")]
    everyone = [*team, _id("gus"), BOT]
    return [
        Channel("CGENERAL01", "general", members=everyone, topic="Everybody"),
        Channel("CACME00001", "acme", members=[*team, _id("gus"), BOT], topic="All about Acme, among ourselves"),
        Channel(
            "CACMESHARE",
            "acme-shared",
            members=[*team, _id("sam"), BOT],
            is_ext_shared=True,
            topic="With Acme",
        ),
        Channel("CBOREALIS1", "borealis", members=[*team, BOT], topic="All about Borealis"),
        Channel("COPS000001", "ops", members=[*team, BOT], topic="Operations"),
        Channel("CRANDOM001", "random", members=list(team), topic="Stafet isn't here"),
        Channel("CDEALS0001", "private-deals", "group", [_id("ane"), _id("kim")], topic="Stafet isn't here"),
    ]
