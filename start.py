"""Set Stafet up in `.venv` and start it: `python3 start.py`. All its tests: `python3 start.py test`.

The standard library alone: this runs before anything is installed.

    python3 start.py              the playground and the bot, at http://127.0.0.1:8080 (PORT for another)
    python3 start.py test         every check and every test
    python3 start.py test --full  the same, and the fault runs with their full counts, one after the other
    python3 start.py test ARGS    pytest alone, with ARGS
    python3 start.py bench        every benchmark, beside its yardsticks (bench NAMES: only these)
    python3 start.py bot ARGS     python -m bot ARGS, such as: bot run, bot doctor, bot export tasks
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

if sys.version_info < (3, 11):  # noqa: UP036 - an old Python is to read this line, not a traceback
    sys.exit(f"Stafet wants Python 3.11 or newer, and this is {sys.version.split()[0]}. Try: python3.11 start.py")

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "stafet-installed")
CHECKS = (
    ("ruff check", ["ruff", "check"]),
    ("ruff format", ["ruff", "format", "--check"]),
    ("mypy", ["mypy"]),
    ("import contracts", ["lint-imports"]),
    ("dependencies", ["deptry", "."]),
)
PYTEST = ["pytest", "-q"]
WORKERS = min(8, (os.cpu_count() or 2) * 3 // 2)  # more than cores: many tests wait for a clock or for Slack
AT_ONCE = ["-n", str(WORKERS), "--dist", "worksteal"]
FULL = "--full"


def main(arguments: list[str]) -> int:
    """Do what was asked for."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("demo", [])
    if verb == "test":
        install(with_tests=True)
        return run_everything(full=FULL in rest) if rest in ([], [FULL]) else run_pytest(rest)
    if verb == "bench":
        install(with_tests=True)
        return subprocess.run(tool(["tests.benchmarks", *rest]), cwd=ROOT, check=False).returncode
    if verb not in ("demo", "bot"):
        sys.stdout.write((__doc__ or "").strip() + "\n")
        return 0 if verb in ("help", "-h", "--help") else 2
    install(with_tests=False)
    os.chdir(ROOT)
    os.execv(PYTHON, [PYTHON, "-m", "bot", *(["demo"] if verb == "demo" else rest)])  # noqa: S606 - becomes the bot
    return 0


def install(*, with_tests: bool) -> None:
    """Make `.venv`, and install what pyproject.toml asks for, unless that was done."""
    wanted = {"run", "test"} if with_tests else {"run"}
    print_of_it = fingerprint()
    is_there = works(PYTHON) and has_pip(PYTHON)
    installed = read_stamp(print_of_it) if is_there else set()
    if wanted <= installed:
        return
    say("Setting up in .venv; this takes a minute or two, once.")
    if not is_there:
        make_venv()
    if with_tests:
        pip("install", "--upgrade", "pip>=25.1")  # an older one doesn't know --group
    pip("install", "--editable", ".", *(["--group", "test"] if with_tests else []))
    with open(STAMP, "w", encoding="utf-8") as stamp:
        stamp.write(" ".join([print_of_it, *sorted(wanted | installed)]))


def make_venv() -> None:
    """Make `.venv` with pip in it, by whichever way this machine has."""
    uv = shutil.which("uv") or "uv"
    ways = (
        [[sys.executable, "-m", "venv", VENV]],
        [[uv, "venv", "--seed", "--python", sys.executable, VENV]],
        [  # Debian without python3-venv has no ensurepip, but can do this where it has pip
            [sys.executable, "-m", "venv", "--without-pip", VENV],
            [sys.executable, "-m", "pip", "--python", PYTHON, "install", "pip"],
        ],
    )
    for way in ways:
        if os.path.isdir(VENV):
            shutil.rmtree(VENV)  # half made, or its Python is gone
        if all(map(quietly, way)) and has_pip(PYTHON):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    mend = f"{sys.executable} -m ensurepip --upgrade"
    if shutil.which("apt-get"):
        mend = f"sudo apt-get install -y python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    sys.exit(f"A virtual environment can't be made here. This mends it: {mend}")


def pip(*arguments: str) -> None:
    """Run the pip of `.venv`; what it can't do ends us."""
    command = [PYTHON, "-m", "pip", "-qq", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit("pip could not install what Stafet needs (above it says why). Mend that and start this again.")


def fingerprint() -> str:
    """Tell one pyproject.toml from another."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        return hashlib.sha256(file.read() + ROOT.encode()).hexdigest()


def read_stamp(print_of_it: str) -> set[str]:
    """Read what was installed from this same pyproject.toml."""
    try:
        with open(STAMP, encoding="utf-8") as stamp:
            first, *parts = stamp.read().split() or [""]
    except OSError:
        return set()
    return set(parts) if first == print_of_it else set()


def works(python: str) -> bool:
    """Tell whether a Python is there and new enough."""
    return quietly([python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"])


def has_pip(python: str) -> bool:
    """Tell whether a Python has pip."""
    return quietly([python, "-m", "pip", "--version"])


def quietly(command: list[str]) -> bool:
    """Run a command without a word; tell whether it did what it should."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run_everything(*, full: bool) -> int:
    """Run every check and every test; stop at nothing, and say at the end what is red."""
    red = [name for name, command in CHECKS if not passes(name, command)]
    if run_pytest([]):
        red.append("pytest")
    if full and run_pytest(["tests/chaos", FULL]):
        red.append("fault runs")
    say("Red: " + ", ".join(red) if red else "Everything is green.")
    return 1 if red else 0


def passes(name: str, command: list[str]) -> bool:
    """Run one check; show one line, and its words where it is red."""
    began = time.monotonic()
    done = subprocess.run(tool(command), cwd=ROOT, capture_output=True, text=True, check=False)
    verdict = "red" if done.returncode else "green"
    say(f"{name:<17} {verdict:<5} {time.monotonic() - began:5.1f} s")
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr + "\n")
    return done.returncode == 0


def run_pytest(arguments: list[str]) -> int:
    """Run pytest and let it speak; full fault runs go one after the other, so that their times mean something."""
    at_once = [] if FULL in arguments else AT_ONCE
    return subprocess.run(tool([*PYTEST, *at_once, *arguments]), cwd=ROOT, check=False).returncode


def tool(command: list[str]) -> list[str]:
    """Name a tool of `.venv` by its module."""
    if command[0] == "lint-imports":  # its module can't be run
        return [PYTHON, os.path.join(VENV, "bin", "lint-imports")]
    return [PYTHON, "-m", *command]


def say(line: str) -> None:
    """Say a line, in order with what the tools say."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
