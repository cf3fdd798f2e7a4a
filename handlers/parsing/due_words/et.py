"""Estonian due times. Case endings say what English says with prepositions: reedeks (by), reedel (on), reedeni (until).

"pool neli" is half past three. "nädalalõpp" is the weekend, "nädala lõpp" the end of the week.
"""

from handlers.parsing.due_values import Daypart, Mark, Period, Unit, Which
from handlers.parsing.due_words import DueWords, also, misspelt, month_names, weekday_names, with_endings

_DAYS = weekday_names("et")
_DAY_STEMS = [name + "a" if name.endswith("v") else name for name in _DAYS]
_SLIPS = misspelt(_DAY_STEMS)
_MONTHS = month_names("et")
_MONTH_STEMS = [name.removesuffix("er") + "ri" if name.endswith("ber") else name for name in _MONTHS]
_MONTH_STEMS = [
    stem.replace("oobe", "oob") if stem.endswith("ri") else stem + "i" if stem[-1] not in "iu" else stem
    for stem in _MONTH_STEMS
]


def _in_case(ending: str) -> list[str]:
    """Return the weekdays in a case, also as they come out in haste."""
    slips = [", ".join(slip + ending for slip in slips.split(", ") if slip) for slips in _SLIPS]
    return also(with_endings(_DAY_STEMS, ending), slips)


WORDS = DueWords(
    weekdays={
        None: also(
            also(also(_DAYS, _DAY_STEMS), also(misspelt(_DAYS), _SLIPS)),
            ["esmasp, esmasp.", "teisip", "kolmap", "neljap", "", "laup", "pühap"],
        ),
        Mark.TOWARD: _in_case("ks"),
        Mark.BY: _in_case("ni"),
        Mark.ON: _in_case("l"),
        Mark.ONTO: _in_case("le"),
    },
    doubtful_weekdays=["e", "t", "k", "n", "r", "l", "p"],
    months={
        None: also(
            also(_MONTHS, _MONTH_STEMS),
            ["jaan", "veebr, veeb", "", "apr", "", "", "", "aug", "sept", "okt", "nov", "dets"],
        ),
        Mark.TOWARD: with_endings(_MONTH_STEMS, "ks"),
        Mark.BY: with_endings(_MONTH_STEMS, "ni"),
        Mark.ON: with_endings(_MONTH_STEMS, "l"),
        Mark.ONTO: with_endings(_MONTH_STEMS, "le"),
    },
    which={
        Which.THIS: "see, selle, sel, sellel, selleks, sellele",
        Which.NEXT: "järgmine, järgmise, järgmisel, järgmiseks, järgmisele",
        Which.COMING: "tulev, tuleva, tuleval, tulevaks, eelolev, eeloleva, eeloleval, eelolevaks, lähim, lähimal",
    },
    days_ahead={
        -1: "eile, eilseks",
        0: "täna, tänaseks, tänase, tänase päeva jooksul, tänaseni, täna veel",
        1: "homme, homseks, homse, homse päeva jooksul, homseni",
        2: "ülehomme, ülehomseks, ülehomse, ülehomseni",
    },
    weeks={
        None: "nädal, nädala, nädalaks",
        Mark.ON: "nädalal",
        Mark.BY: "nädala lõpuks, nädala lõpuni, nädalani",
    },
    weeks_ahead={
        0: "sel nädalal, sellel nädalal, see nädal, selle nädala, käesoleval nädalal, käesoleva nädala",
        1: (
            "järgmisel nädalal, järgmine nädal, järgmise nädala, tuleval nädalal, tuleva nädala, uuel nädalal,"
            " uue nädala"
        ),
        2: "ülejärgmisel nädalal, ülejärgmise nädala",
    },
    ends={
        (Period.DAY, 0): (
            "eod, päeva lõpuks, päeva lõpuni, päeva lõpp, päeva lõpus, tööpäeva lõpuks, tööpäeva lõpuni, tööpäeva lõpp,"
            " tööpäeva lõpus, tööaja lõpuks, tööaja lõpuni"
        ),
        (Period.WEEK, 0): (
            "nädala lõpuks, nädala lõpuni, nädala lõpp, nädala lõpus, selle nädala lõpuks, selle nädala lõpuni,"
            " selle nädala jooksul, käesoleva nädala jooksul,"
            " käesoleva nädala lõpuks, töönädala lõpuks, töönädala lõpuni"
        ),
        (Period.WEEK, 1): (
            "järgmise nädala lõpuks, järgmise nädala lõpuni, tuleva nädala lõpuks, uue nädala lõpuks,"
            " järgmise nädala lõpus"
        ),
        (Period.MONTH, 0): (
            "kuu lõpuks, kuu lõpuni, kuu lõpp, kuu lõpus, selle kuu lõpuks, selle kuu lõpuni, käesoleva kuu lõpuks,"
            " käesoleva kuu lõpuni"
        ),
        (Period.MONTH, 1): "järgmise kuu lõpuks, järgmise kuu lõpuni, järgmise kuu lõpus, tuleva kuu lõpuks",
        (Period.QUARTER, 0): "kvartali lõpuks, kvartali lõpuni, selle kvartali lõpuks",
        (Period.YEAR, 0): "aasta lõpuks, aasta lõpuni, selle aasta lõpuks, selle aasta lõpuni, aasta lõpp",
    },
    month_ends="{} lõpuks, {} lõpuni, {} lõpp, {} lõpus, {} jooksul",
    unclear_months=(
        "{} alguses, {} alguseks, {} algul, {} keskel, {} keskpaigas, {} keskpaigaks, {} lõpupoole, {} teises pooles,"
        " enne {} lõppu, {}s"
    ),
    ordinals="ndal, ndaks, ndani, nda",
    cases={Mark.TOWARD: "ks", Mark.BY: "ni", Mark.ON: "l"},
    month_day_closers="kuupäevaks, kuupäeval, kuupäevani, kuupäev, kp",
    year_words="a., a, aasta, aastal, aastaks",
    openers={
        Mark.BY: "hiljemalt, kuni, tähtaeg, tähtajaga, tähtajaks, mitte hiljem kui, tähtaeg on",
        Mark.ON: "sel, järgmise, lähema",
        Mark.AT: "kell, kella, kl., kl, enne kella, enne kl, enne kl.",
    },
    closers={Mark.BY: "hiljemalt, lõpuks, lõpuni"},
    lead_ins="edasi, see, seda, ümber, tagasi",
    governors=(
        "alates, pärast, peale, enne, iga, mitte, eelmine, eelmise, eelmisel, möödunud, must, suur, umbes,"
        " paiku, vahel, kui, nagu, igal, viimane, viimasel, ainult, on, oli, mitte enne, hea, meie, teie, ca,"
        " kõige varem, esimene, esimesel, teisel, kolmandal, neljandal, ülejärgmisel, ülejärgmise, ülejärgmiseks, "
        + ", ".join(name.replace("päev", "päevi") + "ti" for name in _DAYS)  # "reedeti kell 9" is every one of them
    ),
    numbered=(
        "versioon, versiooni, versioonile, v, samm, osa, osad, lehekülg, lk, lk., peatükk, jaotis, ruum,"
        " ruumi, punkt, punkti, faas, arve, nr., nr, number, tase, korrus, lisa, paragrahv, tabel, joonis,"
        " mudel, python, postgres, etapp, etapi"
    ),
    followers="on, oli, ja, või, kuni, pärast, peale, paiku, ei, ning, olnud, toimuv, toimuva",
    movers=(
        "lükka, lükata, lükkame, nihuta, nihutada, nihutame, tõsta ümber, tõstame ümber, muuda, muuta, pikenda,"
        " pikendada, edasi lükata, ümber tõsta, too ettepoole"
    ),
    courtesies="palun, aitäh, tänan, aitäh ette",
    conjunctions="ja, või, ning",
    lapse_openers="",
    lapse_closers="pärast, jooksul, aja pärast, aja jooksul, möödudes, peale",
    units={
        Unit.MINUTE: "minuti",
        Unit.HOUR: "tunni",
        Unit.WEEK: "nädala",
        Unit.MONTH: "kuu",
        Unit.YEAR: "aasta",
        Unit.BUSINESS_HOUR: "töötunni",
    },
    counted_units={
        Unit.MINUTE: "minutit, minut, min",
        Unit.HOUR: "tundi, tund, h, t",
        Unit.DAY: "päeva, päev, ööpäeva, ööpäev",
        Unit.WEEK: "nädalat, nädal",
        Unit.MONTH: "kuud",
        Unit.YEAR: "aastat",
        Unit.BUSINESS_HOUR: "töötundi, töötund",
        Unit.BUSINESS_DAY: "tööpäeva, tööpäev",
    },
    unit_alone={
        Unit.MINUTE: "minuti",
        Unit.HOUR: "tunni",
        Unit.WEEK: "nädala",
        Unit.MONTH: "kuu",
        Unit.YEAR: "aasta",
    },
    numbers={
        13: "kolmteist, kolmeteist, kolmeteistkümne",
        16: "kuusteist, kuueteist, kuueteistkümne",
        17: "seitseteist, seitsmeteist, seitsmeteistkümne",
        18: "kaheksateist, kaheksateistkümne",
        1: "üks, ühe",
        2: "kaks, kahe",
        3: "kolm, kolme",
        4: "neli, nelja",
        5: "viis, viie",
        6: "kuus, kuue",
        7: "seitse, seitsme",
        8: "kaheksa",
        9: "üheksa",
        10: "kümme, kümne",
        11: "üksteist, üheteist, üheteistkümne",
        12: "kaksteist, kaheteist, kaheteistkümne",
        14: "neliteist, neljateist, neljateistkümne",
        15: "viisteist, viieteist, viieteistkümne",
        20: "kakskümmend, kahekümne",
        30: "kolmkümmend, kolmekümne",
        40: "nelikümmend, neljakümne",
        45: "nelikümmend viis, neljakümne viie",
        60: "kuuskümmend, kuuekümne",
        90: "üheksakümmend, üheksakümne",
    },
    marked_numbers={
        1: "üheks, üheni",
        2: "kaheks, kaheni",
        3: "kolmeks, kolmeni",
        4: "neljaks, neljani",
        5: "viieks, viieni",
        6: "kuueks, kuueni",
        7: "seitsmeks, seitsmeni",
        8: "kaheksaks, kaheksani",
        9: "üheksaks, üheksani",
        10: "kümneks, kümneni",
        11: "üheteistkümneks, üheteistkümneni",
        12: "kaheteistkümneks, kaheteistkümneni",
    },
    hour_parts={
        30: "pool, poole",
        90: "poolteist, poolteise, pooleteise, üks ja pool",
        150: "kaks ja pool, kahe ja poole, kaks ja poole",
        15: "veerand, veerandi",
        45: "kolmveerand, kolmveerandi",
    },
    joiners="ja",
    before_hour={-30: "pool, poole", -45: "veerand, veerandi", -15: "kolmveerand, kolmveerandi"},
    dayparts={
        Daypart.MORNING: "hommikul, hommik, hommikuks, hommikuni, ennelõunal, enne lõunat, varahommikul",
        Daypart.MIDDAY: "keskpäev, keskpäeva, keskpäevaks, keskpäeval, keskpäevani",
        Daypart.AFTERNOON: (
            "pärastlõunal, pärastlõuna, pärastlõunaks, pealelõunal, pealelõunaks, pärast lõunat, peale lõunat, päeval"
        ),
        Daypart.EVENING: "õhtul, õhtu, õhtuks, õhtuni",
        Daypart.NIGHT: "öösel, ööl",
        Daypart.MIDNIGHT: "kesköö, keskööks, keskööl, keskööni, südaöö, südaööl, südaööks",
    },
    idioms=(
        "päeva jooksul, nädala jooksul, kuu jooksul, aasta jooksul, paari päeva pärast, paari tunni pärast,"
        " paari nädala pärast, mõne päeva pärast, mõne tunni pärast, mõne nädala pärast, paari päeva jooksul,"
        " mõne päeva jooksul, paari tunni jooksul, mõne tunni jooksul"
    ),
    unclear=(
        "lõunaks, lõunal, lõuna ajal, lõuna paiku, nädalavahetus, nädalavahetusel, nädalavahetuseks,"
        " nädalalõpp, nädalalõpuks, nädalalõpul, nädalalõpus, järgmisel kuul, järgmiseks kuuks,"
        " järgmiseks nädalaks, selleks nädalaks, sel kuul, sellel kuul, järgmisel aastal, sel aastal, varsti,"
        " peagi, esimesel võimalusel, asap, võimalikult kiiresti, nii kiiresti kui võimalik, lähipäevil,"
        " lähiajal, kuu alguses, kuu alguseks, kuu keskel, nädala alguses, nädala alguseks, nädala keskel,"
        " jõuludeks, jõulud, hiljem, ülenädal, üle nädala, aastavahetus, aastavahetusel, aastavahetuseks, jõululaupäev,"
        " jõululaupäeval, jõululaupäevaks, jaanipäev, jaanipäeval, jaanipäevaks, jaanilaupäev, jaanilaupäeval,"
        " vana-aasta õhtul, vabariigi aastapäeval, võidupühal, emadepäeval, järgmise nädala alguses,"
        " järgmise nädala alguseks, järgmise nädala keskel, enne nädala lõppu, enne kuu lõppu, enne aasta lõppu,"
        " enne päeva lõppu, enne homset, enne nädalavahetust, enne reedet, enne jõule, "
        + ", ".join(f"enne {stem}" for stem in _DAY_STEMS)
    ),
)
