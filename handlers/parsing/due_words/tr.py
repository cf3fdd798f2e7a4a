"""Turkish due times. Endings follow the number or the name, with or without an apostrophe: 15'te, cumaya kadar.

"hafta sonu" is the weekend, "haftanın sonu" the end of the week; "üç buçuk" is half past three.
"""

from handlers.parsing.due_values import Daypart, Mark, Period, Unit, Which
from handlers.parsing.due_words import DueWords, also, misspelt, month_names, weekday_names, with_endings

_TO = ", a, e, ya, ye"
_OF = ", ı, i, u, ü, ın, in, un, ün"
_DAYS = weekday_names("tr")
_SLIPS = [", ".join(with_endings(slips.split(", "), _TO)) if slips else "" for slips in misspelt(_DAYS)]
_MORE_DAYS = ["pzt, ptesi", "", "çrş", "prş", "", "cmt, ctesi", ""]
_SHORT_MONTHS = ["oca", "şub", "mar", "nis", "may", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara"]

WORDS = DueWords(
    weekdays={None: also(also(with_endings(_DAYS, _TO), _SLIPS), _MORE_DAYS)},
    short_weekdays=["", "", "", "", "cum", "", ""],
    doubtful_weekdays=["", "sal", "çar, çarş", "per, perş", "", "", "paz"],
    months={
        None: also(
            also(with_endings(month_names("tr"), _TO + _OF), _SHORT_MONTHS),
            ["ocağa, ocağın", "", "", "", "", "", "", "", "", "", "", "aralığa, aralığın"],
        ),
        Mark.ON: with_endings(month_names("tr"), "da, de, ta, te"),
    },
    which={
        Which.THIS: "bu",
        Which.NEXT: "gelecek, bir sonraki, sonraki",
        Which.COMING: "önümüzdeki, önümüzdeki ilk",
    },
    days_ahead={
        -1: "dün",
        0: "bugün, bugüne, bu gün, bugünün",
        1: "yarın, yarına, yarının",
        2: "öbür gün, öbür güne, yarından sonraki gün, öbürsü gün",
    },
    weeks={
        None: "hafta, haftası, haftaya, haftasına, haftanın",
        Mark.ON: "haftada, haftasında",
        Mark.BY: "haftanın sonu, haftanın sonuna, haftanın sonunda, haftası sonu, haftası sonuna",
    },
    weeks_ahead={
        0: "bu hafta, bu haftanın",
        1: (
            "gelecek hafta, gelecek haftanın, haftaya, önümüzdeki hafta, önümüzdeki haftanın, sonraki hafta,"
            " bir sonraki hafta"
        ),
        2: "öbür hafta",
    },
    ends={
        (Period.DAY, 0): (
            "gün sonu, gün sonuna, gün sonunda, gün içinde, gün içerisinde, bugün içinde, bugün içerisinde,"
            " günün sonu, günün sonuna, günün sonunda, gün bitimi, gün bitimine,"
            " gün bitmeden, mesai sonu, mesai sonuna, mesai sonunda, mesai bitimi, mesai bitimine, mesai bitiminde,"
            " mesai bitmeden, iş günü sonu, iş günü sonuna, iş günü sonunda, iş günü bitimi, iş günü bitimine,"
            " iş gününün sonu, iş gününün sonuna, paydos, paydosa"
        ),
        (Period.WEEK, 0): (
            "haftanın sonu, haftanın sonuna, haftanın sonunda, bu haftanın sonu, bu haftanın sonuna,"
            " bu haftanın sonunda, hafta bitmeden, bu hafta bitmeden, hafta bitimi, hafta bitimine, hafta bitiminde,"
            " bu hafta içinde, iş haftası sonu, iş haftası sonuna, iş haftasının sonuna"
        ),
        (Period.WEEK, 1): (
            "gelecek haftanın sonu, gelecek haftanın sonuna, gelecek haftanın sonunda, önümüzdeki haftanın sonu,"
            " önümüzdeki haftanın sonuna, önümüzdeki haftanın sonunda, gelecek hafta bitmeden"
        ),
        (Period.MONTH, 0): (
            "ay sonu, ay sonuna, ay sonunda, ayın sonu, ayın sonuna, ayın sonunda, bu ay sonu, bu ay sonuna,"
            " bu ayın sonu, bu ayın sonuna, bu ayın sonunda, ay bitmeden, bu ay bitmeden, bu ay sonunda"
        ),
        (Period.MONTH, 1): (
            "gelecek ay sonu, gelecek ay sonuna, gelecek ay sonunda, gelecek ayın sonu, gelecek ayın sonuna,"
            " önümüzdeki ay sonu, önümüzdeki ay sonuna, önümüzdeki ayın sonu, önümüzdeki ayın sonuna"
        ),
        (Period.QUARTER, 0): "çeyrek sonu, çeyrek sonuna, çeyreğin sonu, çeyreğin sonuna",
        (Period.YEAR, 0): (
            "yıl sonu, yıl sonuna, yıl sonunda, yılın sonu, yılın sonuna, sene sonu, sene sonuna, yıl bitmeden,"
            " bu yıl sonu, bu yıl sonuna"
        ),
    },
    month_ends="{} sonu, {} sonuna, {} sonunda, {} ayı sonu, {} ayı sonuna, {} ayının sonu, {} ayının sonuna",
    unclear_months=(
        "{} başı, {} başına, {} başında, {} ortası, {} ortasına, {} ortasında, {} ayı başında, {} ayının başında,"
        " {} ayı içinde, {} içinde, {} ayında"
    ),
    ordinals="inci, ıncı, uncu, üncü, nci, ncı, ncu, ncü",
    cases={None: "te, ta, de, da, e, a, ye, ya"},
    month_day_openers="ayın, bu ayın",
    month_day_cases=("si, sı, i, ı, u, ü, sinde, sında, inde, ında, unda, ünde, sine, sına, ine, ına, una, üne"),
    year_words="yılı, yılında, yılının",
    openers={
        Mark.BY: "en geç, son tarih, son gün, son teslim, son teslim tarihi, termin, en son",
        Mark.ON: "önümüzdeki",
        Mark.AT: "saat, saati, saatler, sa.",
    },
    closers={
        Mark.BY: "kadar, dek, değin, sonuna kadar, sonuna, en geç, doğru",
        Mark.ON: "günü, gününe, gününde, tarihinde, tarihine",
    },
    lead_ins="bunu, onu",
    governors=(
        "her, geçen, kara, efsane, geçtiğimiz, sadece, yaklaşık, kutsal, her ayın, mutlu, önceki, iyi, gelecek,"
        " önümüzdeki, ilk, ikinci, üçüncü, cumaları, salıları, pazarları, pazartesileri, çarşambaları, perşembeleri,"
        " cumartesileri"
    ),
    governing_endings=("dan", "den", "tan", "ten"),
    numbered=(
        "sürüm, sürümü, versiyon, v, adım, bölüm, sayfa, oda, madde, faz, fatura, no, no., numara, kat,"
        " ek, tablo, şekil, model, python, postgres, aşama, kısım, sürümüne"
    ),
    followers=(
        "için, ile, ve, veya, ya, tarihli, günkü, sonra, önce, sonraki, önceki, itibaren, mi, değil, hakkında, gibi,"
        " toplantısı, toplantısını, raporu, al, alalım, alın, alınsın, taşı, taşıyalım, çek, koy, ayarla, ertele,"
        " kaydır, mesaisi, mı, mu, mü, civarı, civarında, sularında, sıralarında"
    ),
    verb_comes_last=True,
    movers=(
        "ertele, erteleyelim, erteler misin, ertelensin, kaydır, kaydıralım, ötele, öteleyelim, öne al, ileri al,"
        " geri al, uzat, değiştir, öne çek"
    ),
    courtesies="lütfen, teşekkürler, teşekkür ederim, sağ ol",
    conjunctions="ve, veya, ya da, yahut",
    lapse_openers="",
    lapse_closers="sonra, içinde, sonrasında, sonraya, sonrasına, kadar, içerisinde, dolmadan",
    units={
        Unit.MINUTE: "dakika, dk, dk., dakikaya",
        Unit.HOUR: "saat, saate, sa, sa.",
        Unit.DAY: "gün, güne",
        Unit.WEEK: "hafta, haftaya",
        Unit.MONTH: "ay, aya",
        Unit.YEAR: "yıl, yıla, sene",
        Unit.BUSINESS_HOUR: "iş saati, çalışma saati, mesai saati, iş saatine",
        Unit.BUSINESS_DAY: "iş günü, iş gününe, çalışma günü, mesai günü",
    },
    numbers={
        13: "on üç, onüç",
        16: "on altı, onaltı",
        17: "on yedi, onyedi",
        18: "on sekiz, onsekiz",
        1: "bir",
        2: "iki",
        3: "üç",
        4: "dört",
        5: "beş",
        6: "altı",
        7: "yedi",
        8: "sekiz",
        9: "dokuz",
        10: "on",
        11: "on bir, onbir",
        12: "on iki, oniki",
        14: "on dört, ondört",
        15: "on beş, onbeş",
        20: "yirmi",
        30: "otuz",
        40: "kırk",
        45: "kırk beş, kırkbeş",
        60: "altmış",
        90: "doksan",
    },
    marked_numbers={
        13: "on üçte, onüçte",
        14: "on dörtte, ondörtte",
        15: "on beşte, onbeşte",
        16: "on altıda, onaltıda",
        17: "on yedide, onyedide",
        18: "on sekizde, onsekizde",
        1: "birde",
        2: "ikide, ikiye, ikiyi",
        3: "üçte, üçe, üçü",
        4: "dörtte, dörde, dördü",
        5: "beşte, beşe, beşi",
        6: "altıda, altıya, altıyı",
        7: "yedide, yediye, yediyi",
        8: "sekizde, sekize, sekizi",
        9: "dokuzda, dokuza, dokuzu",
        10: "onda",
        11: "on birde, onbirde, on bire",
        12: "on ikide, onikide, on ikiye",
    },
    hour_parts={30: "yarım", 15: "çeyrek"},
    half_more="buçuk",
    joiners="ve",
    after_hour={
        30: "buçuk, buçukta, buçuğa",
        15: "çeyrek geçe, çeyrek geçede, çeyrek gece",
        -15: "çeyrek kala, çeyrek var",
    },
    dayparts={
        Daypart.MORNING: "sabah, sabahleyin, sabaha, sabahı, sabahına",
        Daypart.MIDDAY: "öğlen, öğle, öğleye, öğlene, öğleyin, öğle vakti",
        Daypart.AFTERNOON: "öğleden sonra, öğleden sonraya",
        Daypart.EVENING: "akşam, akşama, akşamleyin, akşamı, akşamına, akşamında",
        Daypart.NIGHT: "gece, geceye",
        Daypart.MIDNIGHT: "gece yarısı, gece yarısına, gece yarısında",
    },
    dayparts_of_today={
        Daypart.MORNING: "bu sabah",
        Daypart.AFTERNOON: "bu öğleden sonra",
        Daypart.EVENING: "bu akşam, bu akşama",
        Daypart.NIGHT: "bu gece",
    },
    unclear=(
        "hafta sonu, hafta sonuna, hafta sonunda, haftasonu, haftasonuna, haftasonunda, bu hafta sonu, bu hafta sonuna,"
        " gelecek hafta sonu, gelecek hafta sonuna, önümüzdeki hafta sonu, önümüzdeki hafta sonuna, hafta içi,"
        " öğleden önce, gelecek ay, bu ay, önümüzdeki ay, öbür ay, öbür hafta, öbür, bu yıl, gelecek yıl, yakında,"
        " en kısa sürede, asap,"
        " en kısa zamanda, bir an önce, birkaç gün içinde, birkaç gün sonra, birkaç saat içinde, birkaç saat sonra,"
        " birkaç hafta içinde, birkaç hafta sonra, ay başı, ay başına, ay başında, ay ortası, ay ortasına, hafta başı,"
        " hafta başına, hafta başında, hafta ortası, hafta ortasına, yılbaşı, yılbaşına, bayram, bayrama, akşamüstü,"
        " akşamüzeri, öğle arası, öğle arasına, öğle arasında, yarından önce, arefe, arefe günü, arife günü, noel,"
        " yılbaşı gecesi, yılbaşı akşamı, " + ", ".join(with_endings(_DAYS, "dan önce, den önce"))
    ),
)
