"""Defects in what comes in from Slack: what is acknowledged, counted twice, or not refused."""

from tests.defects.defect import Defect

MIGRATION = "storage/migrations/versions/0001_main_job.py"

HEARING = (
    Defect(
        name="acknowledged-before-the-commit",
        file="bot/slack/edge.py",
        text="        reply = await self._dispatch(request)\n",
        broken="        self._later(self._dispatch(request))  # type: ignore[arg-type]\n        reply = Reply()\n",
        promise="what is acknowledged is kept: verify, commit, then acknowledge",
        tests=("tests/stories/test_acknowledgements.py",),
    ),
    Defect(
        name="storage-trouble-acknowledged",
        file="bot/slack/edge.py",
        text='return BoltResponse(status=503, body="")',
        broken='return BoltResponse(status=200, body="")',
        promise="what could not be kept comes again",
        tests=("tests/stories/test_acknowledgements.py",),
    ),
    Defect(
        name="no-unique-key-on-the-inbox",
        file=MIGRATION,
        text='        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_inbox")),\n',
        broken="",
        promise="a delivery that comes twice has one effect",
        tests=("tests/storage/test_inbox.py::test_twenty_deliveries_of_one_key_at_once_have_one_effect",),
    ),
    Defect(
        name="delivery-key-not-kept",
        file="storage/unit_of_work.py",
        text="            if delivery:\n                uow.inbox.take",
        broken="            if delivery is None:\n                uow.inbox.take",
        promise="effect and delivery key share one transaction",
        tests=("tests/storage/test_units_of_work.py::test_a_second_delivery_is_refused",),
    ),
    Defect(
        name="answered-again-to-a-repetition",
        file="bot/slack/edge.py",
        text="        if (reply.form or reply.message or reply.deletes) and not await self._answers(request):\n",
        broken="        if False:\n",
        promise="the same words told twice are answered once",
        tests=("tests/stories/test_replays.py",),
    ),
    Defect(
        name="signature-not-checked",
        file="bot/slack/http.py",
        text="        if not self._is_signed(raw, signature, timestamp):\n",
        broken="        if False:\n",
        promise="only what Slack signed is heard",
        tests=("tests/stories/test_http.py::test_what_is_not_signed_is_refused_in_one_line",),
    ),
    Defect(
        name="signature-over-tidied-bytes",
        file="bot/slack/http.py",
        text='b":" + raw)',
        broken='b":" + raw.strip())',
        promise="the signature is over the raw bytes",
        tests=("tests/stories/test_strangers.py",),
    ),
    Defect(
        name="no-replay-window",
        file="bot/slack/http.py",
        text="> _WINDOW:\n            return False",
        broken="> _WINDOW:\n            pass",
        promise="a request of long ago is refused, however well it is signed",
        tests=("tests/stories/test_http.py::test_what_is_not_signed_is_refused_in_one_line",),
    ),
    Defect(
        name="no-body-limit",
        file="bot/slack/http.py",
        text="BODY_LIMIT = 1024 * 1024\n",
        broken="BODY_LIMIT = 1024 * 1024 * 1024\n",
        promise="a body holds at most 1 MiB",
        tests=("tests/stories/test_http.py::test_what_is_not_signed_is_refused_in_one_line",),
    ),
    Defect(
        name="foreign-addresses-called",
        file="bot/slack/gateway.py",
        text="        if not is_slacks(url, base_url=self._base_url):\n",
        broken="        if not url:\n",
        promise="a response_url is called at Slack's host or that of SLACK_API_URL, and nowhere else",
        tests=(
            "tests/slack/test_addresses.py",
            "tests/stories/test_baits.py",
        ),
    ),
)
