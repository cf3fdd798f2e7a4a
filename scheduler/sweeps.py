"""Sweeps: find what is due of one kind, and have it decided and written down."""

from collections.abc import Sequence

from bot.services import Services
from scheduler.errands import Errands
from scheduler.tick import Sweep
from storage.workers import Workers


def sweeps_of(services: Services, workers: Workers, errands: Errands) -> Sequence[Sweep]:
    """List what every tick looks for, in this order."""

    async def delays() -> None:
        while await workers.run(services.delays.sweep):
            pass

    async def prompts() -> None:
        await workers.run(services.feedback.sweep)

    async def handoffs() -> None:
        await workers.run(services.handoffs.look_after)

    return (errands.sweep, delays, handoffs, prompts)
