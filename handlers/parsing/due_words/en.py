"""English due times. Day first (27/11), but 3/4 might be April: it is asked about."""

from handlers.parsing.due_values import Daypart, Mark, Period, Unit, Which
from handlers.parsing.due_words import DueWords, also, misspelt, month_names, weekday_names

_DAYS = also(weekday_names("en"), misspelt(weekday_names("en")))
_MORE_DAYS = ["mon, monady, mnday", "tue, tues", "wensday, wendsday", "thu, thur, thurs", "fri, firday", "", ""]

WORDS = DueWords(
    weekdays={None: also(_DAYS, _MORE_DAYS)},
    short_weekdays=["", "", "wed, weds", "", "", "sat", "sun"],
    months={
        None: also(
            month_names("en"),
            ["jan", "feb", "mar", "apr", "", "jun", "jul", "aug", "sep, sept", "oct", "nov", "dec"],
        )
    },
    which={
        Which.THIS: "this",
        Which.NEXT: "next",
        Which.COMING: "coming, this coming, the coming, upcoming, this upcoming",
    },
    days_ahead={
        -1: "yesterday, yday",
        0: "today, tdy",
        1: "tomorrow, tmrw, tmr, tmw, tomorow, tommorow, tommorrow, 2moro, 2morrow",
        2: "day after tomorrow, the day after tomorrow, day after tmrw, day after tmr, overmorrow",
    },
    weeks={
        None: "week, wk, w, week no, week no., week number, calendar week",
        Mark.ON: "in week, in calendar week",
        Mark.BY: "end of week, the end of week, by week",
    },
    weeks_ahead={
        0: "this week, of this week",
        1: "next week, of next week, in next week, the following week, the week after",
        2: "the week after next, week after next",
    },
    month_day_openers="the",
    ends={
        (Period.DAY, 0): (
            "eod, e.o.d., end of day, end of the day, the end of the day, end of business, the end of business,"
            " eob, end of business day, end of the business day, the end of the business day, cob, c.o.b.,"
            " close of business, close of play, end of the working day, the end of the working day,"
            " end of working day, end of play, end of work, end of workday, end of the workday,"
            " the end of the workday, the end of day, day's end"
        ),
        (Period.WEEK, 0): (
            "eow, end of week, end of the week, the end of the week, end of this week, the end of this week,"
            " week's end, for the end of the week, towards the end of the week, toward the end of the week"
        ),
        (Period.WEEK, 1): "end of next week, the end of next week, next week end of week",
        (Period.MONTH, 0): (
            "eom, end of month, end of the month, the end of the month, end of this month, the end of this month,"
            " month end, month's end, for the end of the month, towards the end of the month,"
            " toward the end of the month"
        ),
        (Period.MONTH, 1): "end of next month, the end of next month",
        (Period.QUARTER, 0): (
            "eoq, end of quarter, end of the quarter, the end of the quarter, end of this quarter,"
            " the end of this quarter"
        ),
        (Period.YEAR, 0): (
            "eoy, end of year, end of the year, the end of the year, end of this year, the end of this year, year end"
        ),
    },
    month_ends="end of {}, the end of {}, for the end of {}, towards the end of {}, toward the end of {}",
    unclear_months=(
        "mid {}, in mid {}, early {}, in early {}, late {}, in late {}, start of {}, the start of {},"
        " at the start of {},"
        " beginning of {}, the beginning of {}, at the beginning of {}, middle of {}, the middle of {},"
        " in the middle of {}, in the course of {}, during {}, in {}, by {}"
    ),
    slash_is_day_first=False,
    month_may_lead=True,
    dot_is_clock=False,
    ordinals="st, nd, rd, th",
    openers={
        Mark.BY: (
            "by, before, until, till, til, no later than, not later than, at the latest by, at the latest on,"
            " at latest, latest, latest by, due, due by, due on, due at, deadline, deadline is, deadline on,"
            " up until, up till, by no later than, on or before, at or before, by the, before the, due the"
        ),
        Mark.ON: "on, on the",
        Mark.AT: "at, @",
    },
    closers={Mark.BY: "at the latest, latest, at latest, the latest, or earlier, or sooner, sharp, deadline"},
    lead_ins="to, it to, this to, to the, for, it for",
    links="of, the, in, on, at, by",
    governors=(
        "to, from, for, of, since, after, not, the, a, an, last, past, our, your, their, my, his, her, its,"
        " about, every, each, per, any, with, between, than, black, cyber, good, happy, previous, until after,"
        " during, over, only, is, was, no, and not, every other, as of, starting, until the, ago, vs, around,"
        " about, some, earliest, post, pre, via, under, above, below, for the, like, re, "
        + ", ".join(f"{name}s" for name in weekday_names("en"))  # "fridays at 15:00" is every one of them
    ),
    numbered=(
        "version, v, release, step, part, page, chapter, section, room, ticket, item, phase, invoice, no,"
        " no., number, nr, level, floor, build, paragraph, ratio, score, volume, vol, python, postgres,"
        " appendix, table, figure, model, clause, article, rev, revision, option"
    ),
    followers="time, is, was, are, were, will, or, to, ago, before, after, has, had, isn't, until, through, and, of",
    movers=(
        "move, moves, moving, reschedule, postpone, push, shift, delay, defer, bring forward, change, rebook, prepone,"
        " put off, swap, extend"
    ),
    courtesies="please, pls, thanks, thank you, thx",
    conjunctions="and, or, &, and/or, through, thru",
    lapse_openers="in, within, within the next, in the next",
    lapse_closers="from now, from today, from this moment",
    units={
        Unit.MINUTE: "minute, minutes, min, mins",
        Unit.HOUR: "hour, hours, hr, hrs, h",
        Unit.DAY: "day, days, d, calendar day, calendar days",
        Unit.WEEK: "week, weeks, wk, wks, w",
        Unit.MONTH: "month, months",
        Unit.YEAR: "year, years",
        Unit.BUSINESS_HOUR: "business hour, business hours, working hour, working hours, work hour, work hours",
        Unit.BUSINESS_DAY: (
            "business day, business days, working day, working days, workday, workdays, work day, work days,"
            " bd, weekday, weekdays, biz days, biz day"
        ),
    },
    numbers={
        13: "thirteen",
        16: "sixteen",
        17: "seventeen",
        18: "eighteen",
        24: "twenty-four, twenty four",
        48: "forty-eight, forty eight",
        1: "one",
        2: "two",
        3: "three",
        4: "four",
        5: "five",
        6: "six",
        7: "seven",
        8: "eight",
        9: "nine",
        10: "ten",
        11: "eleven",
        12: "twelve",
        14: "fourteen",
        15: "fifteen",
        20: "twenty",
        30: "thirty",
        40: "forty",
        45: "forty-five, forty five",
        60: "sixty",
        90: "ninety",
    },
    articles="a, an",
    hour_parts={
        30: "half an, half a, half, a half",
        90: "one and a half",
        150: "two and a half",
        15: "quarter of an, a quarter of an",
        45: "three quarters of an",
    },
    joiners="and, &",
    meridiems={Daypart.AM: "am, a.m., a.m", Daypart.PM: "pm, p.m., p.m"},
    hour_words="o'clock",
    before_hour={30: "half past", 15: "quarter past, a quarter past", -15: "quarter to, a quarter to"},
    unclear_before_hour="half",
    idioms="before week, before end of week, 2day, 2nite",
    dayparts={
        Daypart.MORNING: "morning, in the morning",
        Daypart.MIDDAY: "noon, midday, high noon, 12 noon, noontime",
        Daypart.AFTERNOON: "afternoon, in the afternoon",
        Daypart.EVENING: "evening, in the evening, at night, night",
        Daypart.MIDNIGHT: "midnight, 12 midnight",
    },
    dayparts_of_today={
        Daypart.MORNING: "this morning",
        Daypart.AFTERNOON: "this afternoon",
        Daypart.EVENING: "tonight, this evening, tonite",
    },
    unclear=(
        "next week, next month, next year, next quarter, this week, this month, this quarter, this year, weekend,"
        " the weekend, this weekend, next weekend, soon, asap, a.s.a.p., as soon as possible, later today, later,"
        " sometime, someday, first thing, lunch, lunchtime, after lunch, before lunch, dinner time, a few days,"
        " in a few days, in a few hours, in a couple of days, in a couple of hours, in a couple of weeks, a few hours,"
        " in a few weeks, in a bit, in a while, early next week, late next week, mid next week, beginning of next week,"
        " start of next week, early, or so, ish, sharpish, beginning of week, start of the week, mid week, midweek,"
        " same time tomorrow, this time tomorrow,"
        " fortnight, christmas, xmas, christmas eve, xmas eve, christmas day, boxing day, easter, new year,"
        " new year's eve, new year's day, nye, thanksgiving, halloween, beginning of month, early next month,"
        " mid month, following week"
    ),
)
