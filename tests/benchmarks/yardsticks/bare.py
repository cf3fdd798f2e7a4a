"""A bare aiohttp handler that verifies the signature: `python bare.py FILE none|commit|grouped`; it prints its port.

`none` keeps nothing; `commit` commits one row for each request in a thread; `grouped` commits together what waits.
"""

import asyncio
import hashlib
import hmac
import json
import os
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

INSERT = "INSERT INTO events (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING"


class Keeper:
    """One SQLite file with the settings that Stafet uses, written by one thread."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[tuple[tuple[str, str], asyncio.Future[None]]] = []
        self._is_writing = False

    async def commit(self, id: str, body: str) -> None:
        """Commit one row."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, [(id, body)])

    async def commit_together(self, id: str, body: str) -> None:
        """Commit one row with all that wait."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(((id, body), done))
        if not self._is_writing:
            self._is_writing = True
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                rows = [row for row, _ in waiting]
                await asyncio.get_running_loop().run_in_executor(self._thread, self._write, rows)
                for _, each in waiting:
                    each.set_result(None)
            self._is_writing = False
        await done

    def _write(self, rows: list[tuple[str, str]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(INSERT, rows)
        self._db.execute("COMMIT")


def site(path: str, how: str) -> web.Application:
    """Build the handler."""
    secret = os.environ["SLACK_SIGNING_SECRET"].encode()
    keeper = None if how == "none" else Keeper(path)

    async def handle(request: web.Request) -> web.Response:
        raw = await request.read()
        stamp = request.headers["x-slack-request-timestamp"].encode()
        digest = hmac.new(secret, b"v0:" + stamp + b":" + raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest("v0=" + digest, request.headers["x-slack-signature"]):
            return web.Response(status=401)
        body = json.loads(raw)
        if keeper:
            keep = keeper.commit if how == "commit" else keeper.commit_together
            await keep(body["event_id"], raw.decode())
        return web.Response()

    app = web.Application()
    app.router.add_post("/slack/events", handle)
    return app


async def main(path: str, how: str) -> None:
    """Serve until ended."""
    runner = web.AppRunner(site(path, how), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ.get("PORT", "0"))).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
