"""Weeks of office hours: any that there can be."""

from hypothesis import strategies as st

from bot.domain.calendar import WeeklyHours

_edges = st.one_of(st.integers(0, 1440), st.sampled_from([0, 60, 90, 120, 150, 180, 540, 720, 780, 1020, 1440]))


def _spans_between(edges: list[int]) -> tuple[tuple[int, int], ...]:
    edges = sorted(edges)
    return tuple(zip(edges[::2], edges[1::2], strict=False))


_days = st.lists(_edges, unique=True, max_size=6).map(_spans_between)
weeks = st.lists(_days, min_size=7, max_size=7).filter(any).map(lambda days: WeeklyHours(tuple(days)))
"""At most three spans a day, by minutes from midnight."""
