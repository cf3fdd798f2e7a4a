"""`/feedback …` read in four languages: whom, about what, which kind, in which words."""

import pytest

from bot.domain.commands import AskPerson
from bot.domain.customers import Customer, fold
from bot.domain.details import LineContext
from bot.domain.errors import NotFound
from bot.domain.feedback import Kind
from bot.domain.references import Noun, Reference, handoff_ref, task_ref
from bot.i18n.translator import Translators
from handlers.parsing.feedback_line import FEEDBACK_MEANINGS, AskLine, ShowAnswers, read_ask, read_feedback_command
from handlers.parsing.words import Words

TRANSLATORS = Translators()
KNOWN = LineContext(
    customers={
        fold(name): Customer(number=number, name=name)
        for number, name in enumerate(("Acme", "Acme North", "İnka Temizlik"), start=1)
    }
)
ACME, ACME_NORTH, INKA = (Reference(Noun.CUSTOMER, number) for number in (1, 2, 3))


def words(language: str) -> Words:
    spoken = (language, "en")
    return Words({meaning: TRANSLATORS.command_words(meaning, spoken) for meaning in FEEDBACK_MEANINGS})


def read(text: str, language: str = "en") -> AskPerson:
    line = read_feedback_command(text, words(language))
    assert isinstance(line, AskLine)
    return read_ask(line.person or line.handle or "", line.rest, KNOWN, words(language))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "ask <@USAM|sam>", AskPerson(person="USAM")),
        ("en", "ask @sam", AskPerson(person="sam")),
        ("en", "ask\n@sam\nscore\nHow\nwas it?", AskPerson(person="sam", kind=Kind.SCORE, question="How\nwas it?")),
        ("en", "ask @sam.carter, about T-42", AskPerson(person="sam.carter", about=task_ref(42))),
        ("en", "ASK <@USAM> about h7 yesno", AskPerson(person="USAM", about=handoff_ref(7), kind=Kind.YESNO)),
        ("en", "ask <@USAM> T-42", AskPerson(person="USAM", about=task_ref(42))),
        ("en", "ask <@USAM> score about acme", AskPerson(person="USAM", about=ACME, kind=Kind.SCORE)),
        (
            "en",
            "ask <@USAM> about Acme North: How was it?",
            AskPerson(person="USAM", about=ACME_NORTH, question="How was it?"),
        ),
        (
            "en",
            "ask <@USAM> about Acme recommend Would you come back  again?",
            AskPerson(person="USAM", about=ACME, kind=Kind.RECOMMEND, question="Would you come back  again?"),
        ),
        (
            "en",
            "ask <@USAM> How do you feel about T-42?",
            AskPerson(person="USAM", question="How do you feel about T-42?"),
        ),
        ("en", "ask <@USAM> T-shirts: did they fit?", AskPerson(person="USAM", question="T-shirts: did they fit?")),
        ("da", "spørg <@USAM> om T-42 besvær", AskPerson(person="USAM", about=task_ref(42), kind=Kind.EFFORT)),
        (
            "da",
            "spørg @sam om Acme ja/nej Gik det godt?",
            AskPerson(person="sam", about=ACME, kind=Kind.YESNO, question="Gik det godt?"),
        ),
        ("et", "küsi <@USAM> T-42 kohta hinne", AskPerson(person="USAM", about=task_ref(42), kind=Kind.SCORE)),
        (
            "et",
            "küsi <@USAM> Acme North kohta soovitus",
            AskPerson(person="USAM", about=ACME_NORTH, kind=Kind.RECOMMEND),
        ),
        ("et", "küsi <@USAM> Mida arvad selle kohta?", AskPerson(person="USAM", question="Mida arvad selle kohta?")),
        ("tr", "sor <@USAM> T-42 hakkında puan", AskPerson(person="USAM", about=task_ref(42), kind=Kind.SCORE)),
        ("tr", "SOR <@USAM> inka temizlik hakkında EVET/HAYIR", AskPerson(person="USAM", about=INKA, kind=Kind.YESNO)),
        ("tr", "ask <@USAM> about T-42 effort", AskPerson(person="USAM", about=task_ref(42), kind=Kind.EFFORT)),
    ],
)
def test_it_reads_whom_about_what_and_how(language: str, text: str, expected: AskPerson) -> None:
    assert read(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"), [("en", "ask @sam about Zebra"), ("da", "spørg @sam om Zebra"), ("en", "ask @sam about")]
)
def test_what_it_does_not_know_is_refused(language: str, text: str) -> None:
    with pytest.raises(NotFound) as refused:
        read(text, language)
    assert refused.value.key == "feedback.problem.unknown_about"


@pytest.mark.parametrize("text", ["ask", "ask sam about T-42", "ask   "])
def test_nobody_named_is_nobody(text: str) -> None:
    line = read_feedback_command(text, words("en"))
    assert isinstance(line, AskLine)
    assert (line.person, line.handle) == (None, None)


@pytest.mark.parametrize("text", ["", "Acme", "asking Acme", "Acme ask"])
def test_anything_else_wants_to_see_answers(text: str) -> None:
    assert read_feedback_command(text, words("en")) == ShowAnswers(text)
