import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import BadHours, WeeklyHours
from tests.support.weeks import weeks

OFFICE = "mon-fri 09:00-17:00"
WITH_LUNCH = "mon-thu 08:00-12:00,13:00-16:30; fri 08:00-15:00"
NINE_TO_FIVE = ((540, 1020),)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (OFFICE, OFFICE),
        (WITH_LUNCH, WITH_LUNCH),
        ("always", "always"),
        ("  Always ", "always"),
        ("mon-sun 0:00-24:00", "always"),
        ("Mon - Fri  9-17", OFFICE),
        ("mon-fri 09:00\u201317:00", OFFICE),
        ("mon,tue,wed-fri 9:00-17:00", OFFICE),
        ("fri 9-17;mon-thu 9-17", OFFICE),
        ("mon-fri 13:00-17:00, 09:00-12:00", "mon-fri 09:00-12:00,13:00-17:00"),
        ("mon-fri 09:00-12:00,12:00-17:00", OFFICE),
        ("mon 9-12; mon 13-17", "mon 09:00-12:00,13:00-17:00"),
        ("sat-mon 10-14", "mon 10:00-14:00; sat-sun 10:00-14:00"),
        ("mon 9-17; wed 9-17", "mon 09:00-17:00; wed 09:00-17:00"),
        ("tue 00:00-00:01,23:59-24:00", "tue 00:00-00:01,23:59-24:00"),
    ],
)
def test_hours_are_read_and_written_in_one_canonical_way(text: str, canonical: str) -> None:
    assert str(WeeklyHours.parse(text)) == canonical
    assert WeeklyHours.parse(text) == WeeklyHours.parse(canonical)


def test_hours_start_with_monday() -> None:
    assert WeeklyHours.parse(OFFICE).days == (NINE_TO_FIVE,) * 5 + ((), ())
    assert WeeklyHours.parse("sun 22-24").days == ((),) * 6 + (((1320, 1440),),)
    assert WeeklyHours.parse("always").is_always
    assert not WeeklyHours.parse("mon-sat 0-24; sun 0-23:59").is_always


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ";",
        "mon",
        "mon-fri",
        "09:00-17:00",
        "never",
        "mon-fri off",
        "mon-fri 09:00",
        "mon-fri 09:00-",
        "mon-fri 17:00-09:00",
        "mon-fri 09:00-09:00",
        "mon 22:00-06:00",
        "mon 25:00-26:00",
        "mon 24:00-24:30",
        "mon 09:60-10:00",
        "mon 09:00-24:01",
        "mon -1:00-10:00",
        "mon 9-12,11-17",
        "mon-fri 9-17; fri 9-15",
        "mon-fri 9-17;",
        "mon-fri 9-17,",
        "always; mon 9-17",
        "man-fre 9-17",
        "monday 9-17",
        "mon 009:00-17:00",
        "mon ٩-١٧",
        "mon 9-17 and some words",
    ],
)
def test_senseless_hours_are_refused_with_the_text_as_typed(text: str) -> None:
    with pytest.raises(BadHours) as refused:
        WeeklyHours.parse(text)
    assert refused.value.text == text


@pytest.mark.parametrize(
    "days",
    [
        (),
        ((),) * 7,
        (NINE_TO_FIVE,) * 6,
        (NINE_TO_FIVE,) * 8,
        (((540, 540),),) * 7,
        (((540, 480),),) * 7,
        (((540, 1441),),) * 7,
        (((-1, 540),),) * 7,
        (((780, 1020), (540, 720)),) * 7,
        (((540, 721), (720, 1020)),) * 7,
    ],
)
def test_a_value_can_not_be_built_from_senseless_spans(days: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    with pytest.raises(BadHours):
        WeeklyHours(days)


def test_spans_that_touch_are_one() -> None:
    assert WeeklyHours((((540, 720), (720, 721), (721, 1020)),) * 5 + ((), ())) == WeeklyHours.parse(OFFICE)


# --- properties ---

quick = settings(deadline=None, max_examples=80)


@quick
@given(weeks)
def test_hours_survive_being_written_and_read(hours: WeeklyHours) -> None:
    assert WeeklyHours.parse(str(hours)) == hours


@quick
@given(st.text("montuefrisaw 0123456789:-,;\u2013x", max_size=30))
def test_any_text_is_either_read_or_refused(text: str) -> None:
    try:
        hours = WeeklyHours.parse(text)
    except BadHours:
        return
    assert WeeklyHours.parse(str(hours)) == hours
