"""What the READMEs say is so: settings, commands, files, folders."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from click import Group

from bot.checkout import ROOT
from bot.cli import main
from bot.domain.workspaces import Workspace
from bot.metrics import Metrics
from bot.settings import Settings
from storage.engine import Database
from storage.exports import EXPORTS
from storage.workspaces import install, installed

README = (ROOT / "README.md").read_text()
FOLDERS = ("bot", "handlers", "storage", "scheduler", "tests", "tests/chaos", "tests/benchmarks")
SETTINGS = {name.upper() for name in Settings.model_fields}


def test_every_setting_is_in_the_table_and_nothing_else() -> None:
    table = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)

    assert set(table) == SETTINGS
    assert len(table) == len(SETTINGS)


def test_the_table_names_the_defaults() -> None:
    shown = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`|]+)` \|", README, re.MULTILINE))
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}

    assert shown == {name: f"{defaults[name]:g}" if name == "STAFET_TICK_SECONDS" else defaults[name] for name in shown}
    assert all(not default for name, default in defaults.items() if name not in shown)


def test_the_example_has_every_setting_and_sets_none() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert given == dict.fromkeys(SETTINGS, "")


def test_every_command_that_a_readme_names_is_there() -> None:
    texts = [README, *((ROOT / folder / "README.md").read_text() for folder in FOLDERS)]
    commands = r"(?:-m|start\.py) bot ((?:[a-z]+(?:-[a-z]+)* ?)+)"
    named = {tuple(words.split()) for text in texts for words in re.findall(commands, text)}

    assert named
    for first, *rest in named:
        command = main.commands[first]
        if isinstance(command, Group):
            assert rest[0] in command.commands
        elif first == "export":
            assert rest[0] in EXPORTS


def test_every_file_that_a_readme_names_is_there() -> None:
    for folder in ("", *FOLDERS):
        text = (ROOT / folder / "README.md").read_text()
        paths = {name for name in re.findall(r"`([\w./]+?\.(?:py|yml))`", text) if "*" not in name}
        assert {name for name in paths if not ((ROOT / name).exists() or (ROOT / folder / name).exists())} == set()


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_folder_says_what_lives_there_and_how_to_add_one_more(folder: str) -> None:
    text = (ROOT / folder / "README.md").read_text()

    assert "one more" in text.lower()
    assert 8 <= len([line for line in text.splitlines() if not line.startswith("|")]) <= 40  # tables may grow


def test_the_readme_begins_with_one_command() -> None:
    first = re.search(r"```sh\n(.*?)\n```", README, re.DOTALL)

    assert first is not None
    assert first[1] == "python3 start.py"


def test_every_metric_that_the_readme_names_is_there() -> None:
    told = re.findall(r"^# TYPE (\w+)", Metrics().text().decode(), re.MULTILINE)
    named = {re.sub("_(bucket|count)$", "", name) for name in re.findall(r"stafet_[a-z_]+", README)}

    assert named
    assert named <= set(told)


def test_the_alerts_of_the_readme_can_be_pasted() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (group,) = yaml.safe_load(text)["groups"]

    assert all({"alert", "expr"} <= rule.keys() <= {"alert", "expr", "for"} for rule in group["rules"])
    assert all("stafet_" in rule["expr"] for rule in group["rules"])


def test_the_postgresql_of_the_tests_is_the_one_that_the_readme_names(postgres_database: Database) -> None:
    with postgres_database.reading() as connection:
        number = connection.exec_driver_sql("SHOW server_version_num").scalar_one()

    assert f"**PostgreSQL** {int(number) // 10000} is what the tests run." in README


def test_continuous_integration_runs_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text()

    assert "python3 start.py test" in README
    assert script.rstrip().endswith("exec python3 start.py test")
    assert subprocess.run(["bash", "-n", ROOT / ".ci/run"], check=False).returncode == 0


def test_the_database_of_a_running_bot_is_copied_as_the_readme_says(sqlite_database: Database, tmp_path: Path) -> None:
    (command,) = re.findall(r"`(python3 -c .*?VACUUM INTO.*?)`", README)
    with sqlite_database.writing() as connection:
        install(connection, Workspace(id="T1"))
    lock = sqlite_database.take()
    assert subprocess.run(command, shell=True, cwd=tmp_path, check=False).returncode == 0
    copy = Database(f"sqlite:///{tmp_path}/copy.db")
    with copy.reading() as connection:
        assert installed(connection) == ["T1"]
    copy.close()
    assert lock is not None
    lock.close()
