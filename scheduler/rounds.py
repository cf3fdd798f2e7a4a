"""The rounds of the tick: which kinds of work there are, and what wakes each."""

from bot.clock import Clock
from bot.services import Services
from scheduler.delivery import Delivery
from scheduler.errands import Errands
from scheduler.sweeps import Sweep, decisions_of
from scheduler.tick import Round, Tick
from scheduler.unknown import UnknownSends
from storage.unit_of_work import Store
from storage.workers import Workers

_SENDING_GATHERS = 0.02
_SWEEP_GATHERS = 0.2
_ERRANDS_GATHER = 0.05
"""Seconds for which a round that was woken waits for more of its like: what comes together is done together."""


def tick_of(
    store: Store,
    workers: Workers,
    clock: Clock,
    services: Services,
    delivery: Delivery,
    unknown: UnknownSends,
    errands: Errands,
) -> Tick:
    """Set the rounds up: what is put into the outbox wakes delivery, a row that wants a look its noun's round."""
    sending = Round("delivery", delivery.run, gather=_SENDING_GATHERS)
    finding = Round("unknown", unknown.resolve)
    watchful = {
        "errands": Round("errands", errands.sweep, gather=_ERRANDS_GATHER),
        **{
            noun: Round(noun, Sweep(noun, decide, store, workers, clock).run, gather=_SWEEP_GATHERS)
            for noun, decide in decisions_of(services).items()
        },
    }

    def send_what_was_put() -> None:
        delivery.expect()
        sending.wake()

    delivery.on_free = unknown.on_free = sending.wake
    store.on_put = send_what_was_put
    store.on_change = lambda noun: watchful[noun].wake()
    return Tick([sending, finding, *watchful.values()])
