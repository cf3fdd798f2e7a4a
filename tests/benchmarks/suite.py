"""Every benchmark by its name, in the order in which they run."""

from collections.abc import Mapping

from tests.benchmarks import acks, pace, reading, starting, sweeps, transport
from tests.benchmarks.findings import Benchmark

BENCHMARKS: Mapping[str, Benchmark] = {
    "one-at-a-time": acks.one_at_a_time,
    "at-once": acks.at_once,
    "slow-disk": acks.slow_disk,
    "postgres": acks.on_postgres,
    "sockets": transport.sockets,
    "handlers": transport.many_handlers,
    "million": sweeps.million,
    "burst": sweeps.burst,
    "delivery": pace.delivery,
    "mine": reading.mine,
    "starting": starting.starting,
    "due-times": reading.due_times,
}
