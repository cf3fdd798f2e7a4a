"""Danish due times. "halv fire" is half past three; a dot divides hours from minutes as well as days from months.

"før" (before) without its accent is "for", so that is a preposition of due times only beside a clock time; "før fredag"
is asked about: it may end on thursday.
"""

from handlers.parsing.due_values import Daypart, Mark, Period, Unit, Which
from handlers.parsing.due_words import DueWords, also, misspelt, month_names, weekday_names

_DAYS = also(weekday_names("da"), misspelt(weekday_names("da")))
_MORE_DAYS = ["", "tirs, tirsd", "ons, onsd", "tors, torsd", "fre, frdag, fredga", "loerdag", "soendag"]

WORDS = DueWords(
    weekdays={None: also(_DAYS, _MORE_DAYS)},
    short_weekdays=["", "tir", "", "", "", "lør", ""],
    doubtful_weekdays=["man, ma", "ti", "on", "tor, to", "fr", "lø", "søn, sø"],
    months={
        None: also(
            month_names("da"),
            ["jan", "feb, febr", "mar", "apr", "", "jun", "jul", "aug", "sep, sept", "okt", "nov", "dec"],
        )
    },
    which={
        Which.THIS: "denne, i denne",
        Which.NEXT: "næste",
        Which.COMING: "kommende, førstkommende, den kommende, på kommende, nu på, her på",
    },
    days_ahead={
        -1: "i går, igår, i gaar",
        0: "i dag, idag, dags dato",
        1: "i morgen, imorgen, i morgn",
        2: "i overmorgen, overmorgen, iovermorgen",
    },
    weeks={None: "uge, uge nr., uge nr, ugenr.", Mark.ON: "i uge", Mark.BY: "udgangen af uge, slutningen af uge"},
    weeks_ahead={
        0: "denne uge, i denne uge, i den her uge, denne uges",
        1: "næste uge, i næste uge, næste uges",
        2: "ugen efter næste, i ugen efter næste",
    },
    ends={
        (Period.DAY, 0): (
            "eod, dagens slut, dagens udgang, dagens ende, ved dagens slut, ved dagens udgang, fyraften,"
            " ved fyraften, dagen er omme, dagen er slut, dagen er gået, slutningen af dagen,"
            " udgangen af dagen, ved udgangen af dagen, arbejdsdagens slut, arbejdsdagens ophør, arbejdsdagens udgang,"
            " ved arbejdsdagens slut, arbejdstids ophør, arbejdstidens ophør, ved arbejdstids ophør,"
            " arbejdsdagen er slut, arbejdsdagen er omme, lukketid, i løbet af dagen"
        ),
        (Period.WEEK, 0): (
            "eow, ugens slut, ugens udgang, ugens ende, ved ugens slut, ved ugens udgang, ugen er omme, ugen er slut,"
            " ugen er gået, slutningen af ugen, udgangen af ugen, denne uges udgang, udgangen af denne uge,"
            " slutningen af denne uge, i løbet af ugen, i løbet af denne uge, ved udgangen af ugen,"
            " ved slutningen af ugen"
        ),
        (Period.WEEK, 1): (
            "slutningen af næste uge, udgangen af næste uge, næste uges udgang, næste uge er omme,"
            " i løbet af næste uge, ved udgangen af næste uge"
        ),
        (Period.MONTH, 0): (
            "eom, månedens slut, månedens udgang, månedens ende, ved månedens slut, ved månedens udgang,"
            " ultimo måneden, måneden er omme, måneden er slut, slutningen af måneden, udgangen af måneden,"
            " udgangen af denne måned, slutningen af denne måned, denne måneds udgang, ved udgangen af måneden"
        ),
        (Period.MONTH, 1): "slutningen af næste måned, udgangen af næste måned, næste måneds udgang",
        (Period.QUARTER, 0): "kvartalets udgang, kvartalets slut, udgangen af kvartalet, slutningen af kvartalet",
        (Period.YEAR, 0): (
            "årets udgang, årets slut, ved årets udgang, udgangen af året, slutningen af året, året er omme,"
            " aarets udgang, aarets slut"
        ),
    },
    month_ends=(
        "udgangen af {}, slutningen af {}, i slutningen af {}, i udgangen af {}, ultimo {}, ved udgangen af {},"
        " ved slutningen af {}, i løbet af {}, {}s udgang"
    ),
    unclear_months=(
        "primo {}, medio {}, sidst i {}, midt i {}, i midten af {}, først i {}, tidligt i {}, starten af {},"
        " i starten af {}, begyndelsen af {}, i begyndelsen af {}, i {}, start {}, slut {}"
    ),
    month_day_openers="den, d., d",
    openers={
        Mark.BY: (
            "inden, senest, allersenest, indtil, inden d., ikke senere end, til og med, i løbet af, deadline, frist,"
            " deadline er, med frist, forfalder, skal være klar, op til, frem til, hen mod, hen imod, op mod, op imod,"
            " frem mod"
        ),
        Mark.ON: "på, til, nu på, her på",
        Mark.AT: (
            "kl., kl, klokken, før kl., før kl, før klokken, for kl., for kl, for klokken, kl.:, ved kl., inden kl.,"
            " inden kl"
        ),
        Mark.LEAD: "den, d., d, dato, pr., per",
    },
    closers={Mark.BY: "senest, at senest, eller før, eller tidligere"},
    lead_ins="den til, det til, hen til, frem til, op til, om til",
    links="af, i",
    governors=(
        "fra, for, om, siden, efter, ikke, hver, hvert, sidste, forrige, mellem, om en, af, med, de, en, et, der, at,"
        " alle, vores, jeres, min, din, sin, hans, hendes, deres, black, omkring, ca., ca, cirka, tidligst, kun,"
        " over, under, er, var, god, glædelig, seneste, hver anden, ikke før, ikke inden, samt, "
        + ", ".join(f"om {name}en" for name in weekday_names("da"))  # "om fredagen kl. 9" is every one of them
    ),
    numbered=(
        "version, ver, v, udgave, trin, del, side, kapitel, afsnit, lokale, rum, sag, punkt, fase,"
        " faktura, nr., nr, nummer, niveau, etage, bilag, paragraf, pkt., pkt, tabel, figur, model, stk.,"
        " stk, revision, python, postgres, sektion, opgave"
    ),
    followers="er, var, bliver, og, eller, til, før, efter, siden, indtil, skal, har, som, der, mod",
    movers=(
        "flyt, flytte, flytter, udskyd, udskyde, udsæt, udsætte, udsætter, ryk, rykke, rykker, skub, skubbe, ombook,"
        " forlæng, forlænge, ændr, ændre, skift, fremryk, omlæg"
    ),
    courtesies="tak, på forhånd tak, venligst",
    conjunctions="og, eller, og/eller, samt",
    lapse_openers=(
        "om, inden for, indenfor, i løbet af, inden, senest om, inden for de næste, i løbet af de næste,"
        " indenfor de næste, senest inden for"
    ),
    lapse_closers="fra nu, fra i dag",
    units={
        Unit.MINUTE: "minut, minutter, min., min",
        Unit.QUARTER_HOUR: "kvarter, kvarters tid",
        Unit.HOUR: "time, timer, t., t, h",
        Unit.DAY: "dag, dage, døgn, kalenderdag, kalenderdage",
        Unit.WEEK: "uge, uger",
        Unit.MONTH: "måned, måneder, mdr., mdr, maaned, maaneder",
        Unit.YEAR: "år, aar",
        Unit.BUSINESS_HOUR: "arbejdstime, arbejdstimer",
        Unit.BUSINESS_DAY: "arbejdsdag, arbejdsdage, hverdag, hverdage, bankdag, bankdage",
    },
    numbers={
        13: "tretten",
        16: "seksten",
        17: "sytten",
        18: "atten",
        24: "fireogtyve",
        48: "otteogfyrre",
        1: "en, et",
        2: "to",
        3: "tre",
        4: "fire",
        5: "fem",
        6: "seks",
        7: "syv",
        8: "otte",
        9: "ni",
        10: "ti",
        11: "elleve",
        12: "tolv",
        14: "fjorten",
        15: "femten",
        20: "tyve",
        30: "tredive",
        40: "fyrre",
        45: "femogfyrre",
        60: "tres",
        90: "halvfems",
    },
    hour_parts={
        30: "en halv, halv, ½",
        90: "halvanden, en og en halv, 1½",
        150: "to en halv, to og en halv, 2½",
    },
    joiners="og",
    before_hour={
        -30: "halv",
        15: "kvart over, kvarter over, et kvarter over",
        -15: "kvart i, kvarter i, et kvarter i",
    },
    dayparts={
        Daypart.MORNING: "morgen, om morgenen, formiddag, om formiddagen, tidlig, tidligt, på formiddagen",
        Daypart.MIDDAY: "12 middag, kl. 12 middag, klokken 12 middag",
        Daypart.AFTERNOON: "eftermiddag, om eftermiddagen, på eftermiddagen",
        Daypart.EVENING: "aften, om aftenen",
        Daypart.NIGHT: "nat, om natten",
        Daypart.MIDNIGHT: "midnat, ved midnat",
    },
    dayparts_of_today={
        Daypart.MORNING: "i formiddag",
        Daypart.AFTERNOON: "i eftermiddag",
        Daypart.EVENING: "i aften",
        Daypart.NIGHT: "i nat",
    },
    idioms=(
        "inden uge, før uge, om 8 dage, om otte dage, inden 8 dage, inden otte dage, inden for 8 dage, otte dage,"
        " 8 dage"
    ),
    unclear=(
        "næste måned, næste år, næste kvartal, denne måned, i denne måned, i næste måned, weekend, weekenden,"
        " i weekenden, næste weekend, snart, hurtigst muligt, så snart som muligt, asap, snarest,"
        " snarest muligt, senere, senere i dag, middag, til middag, ved middagstid, middagstid, frokost,"
        " efter frokost, inden frokost, før frokost, et par dage, om et par dage, om et par timer,"
        " om et par uger, nogle dage, om nogle dage, om nogle timer, midt på ugen, starten af ugen,"
        " i starten af ugen, starten af næste uge, i starten af næste uge, begyndelsen af ugen, midt i ugen,"
        " midt i næste uge, primo, medio, om lidt, lige om lidt, om en stund, jul, påske, nytår, månedsskiftet,"
        " ved lejlighed, i ugen, tidlig i næste uge, sidst på ugen, først på ugen, sidst i ugen,"
        " sidst på dagen, inden længe, slut uge, i slutningen af ugen, i slutningen af denne uge,"
        " i slutningen af næste uge, i slutningen af måneden, før i morgen, juleaften, lillejuleaften, juledag,"
        " 1. juledag, 2. juledag, nytårsaften, nytårsdag, skærtorsdag, langfredag, påskedag, pinse, pinsedag,"
        " grundlovsdag, sankthansaften, " + ", ".join(f"før {name}" for name in weekday_names("da"))
    ),
)
