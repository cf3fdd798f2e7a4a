"""Node, where it is found: @slack/bolt, better-sqlite3 and pg, installed once into a folder outside of the project."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("@slack/bolt@5", "better-sqlite3@12", "pg@8")
FOLDER = Path(tempfile.gettempdir()) / "stafet-benchmarks-node"


async def packages() -> Path | None:
    """Find where they are installed, or install them; None where that can't be, and a line says why."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        print("bolt-js is left out: there is no Node.js here")
        return None
    modules = FOLDER / "node_modules"
    if not await asyncio.to_thread(_works, node, modules):
        await asyncio.to_thread(_install, node, npm)
    if not await asyncio.to_thread(_works, node, modules):
        print("bolt-js is left out: npm could not install it, or there is nothing to build better-sqlite3 with")
        return None
    return modules


def _works(node: str, modules: Path) -> bool:
    code = "require('@slack/bolt'); require('pg'); new (require('better-sqlite3'))(':memory:')"
    env = {**os.environ, "NODE_PATH": str(modules)}
    return subprocess.run([node, "-e", code], env=env, capture_output=True, check=False).returncode == 0


def _install(node: str, npm: str) -> None:
    """Install; where no prebuilt binary can be had, node-gyp builds one with the headers beside Node, for a minute."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}')
    prefix = Path(node).resolve().parents[1]
    env = dict(os.environ)
    if (prefix / "include" / "node").is_dir():
        env["npm_config_nodedir"] = str(prefix)
    done = subprocess.run([npm, "install", *PACKAGES], cwd=FOLDER, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:] + "\n")
