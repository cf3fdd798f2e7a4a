"""The bot with short leases and settle times, so that a short run sees them end: `python -m tests.chaos.hurried run`.

Everything else is as it is. The full runs take `python -m bot`.
"""

from datetime import timedelta

from bot.cli import main
from scheduler import delivery, errands, unknown
from storage import lanes

LEASE = timedelta(seconds=3)
BEGIN_WITHIN = 1.0
SETTLE_TIME = LEASE + timedelta(seconds=1)

if __name__ == "__main__":
    lanes.LEASE = errands.LEASE = LEASE
    delivery.BEGIN_WITHIN = BEGIN_WITHIN
    unknown.SETTLE_TIME = SETTLE_TIME
    main(prog_name="python -m bot")
