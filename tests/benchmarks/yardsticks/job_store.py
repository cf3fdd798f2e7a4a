"""APScheduler with its SQLAlchemy job store: `python job_store.py FILE COUNT` prints the jobs that it runs a second.

The jobs were due within 5 s of downtime. Each is due once and runs once: their runs are counted.
"""

import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import create_engine, event

ran: Counter[int] = Counter()
is_over = threading.Event()


def run(n: int, count: int) -> None:
    """Be run."""
    ran[n] += 1
    if len(ran) == count:
        is_over.set()


def scheduler(path: str, *, syncs: bool) -> BackgroundScheduler:
    """Make a scheduler that keeps its jobs and runs late ones, too; to fill it needs no `syncs`."""
    engine = create_engine(f"sqlite:///{path}")
    if not syncs:
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    store = SQLAlchemyJobStore(engine=engine)
    return BackgroundScheduler(jobstores={"default": store}, job_defaults={"misfire_grace_time": None}, timezone=UTC)


def main(path: str, count: int) -> None:
    """Leave jobs behind, be away, come back and run them."""
    leaving = scheduler(path, syncs=False)
    leaving.start(paused=True)
    now = datetime.now(UTC)
    for n in range(count):
        at = now - timedelta(seconds=5 * n / count)
        leaving.add_job("job_store:run", "date", run_date=at, args=[n, count])
    leaving.shutdown()
    back = scheduler(path, syncs=True)
    began = time.perf_counter()
    back.start()
    is_over.wait(300)
    elapsed = time.perf_counter() - began
    back.shutdown()
    if set(ran.values()) != {1} or len(ran) != count:
        sys.exit(f"not each ran once: {len(ran)} of {count}")
    print(count / elapsed)


if __name__ == "__main__":
    import job_store  # the module by the name that its jobs know it by

    job_store.main(sys.argv[1], int(sys.argv[2]))
