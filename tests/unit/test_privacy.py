"""What a filer typed must be free of secrets, and of nothing else, before anything keeps it."""

import csv
import random
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.privacy import Masked, mask, notice
from bot.settings import ROOT

HERE = Path(__file__).parent
KINDS = ("ssn", "itin", "ein", "card", "bank_account", "password", "security_answer", "identity")
REPLACEMENTS = (
    "[Social Security number removed]",
    "[taxpayer number removed]",
    "[card number removed]",
    "[bank account number removed]",
    "[password removed]",
    "[security answer removed]",
    "[identity number removed]",
)


def unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t")


def rows_of(name: str) -> list[tuple[str, tuple[str, ...], frozenset[str]]]:
    rows = []
    for line in (HERE / name).read_text("utf-8").split("\n"):
        if line:
            text, secrets, kinds = line.split("\t")
            rows.append(
                (unescaped(text), tuple(unescaped(secrets).split("|")), frozenset(kinds.split("|")))
            )
    return rows


def lines_of(name: str) -> list[str]:
    lines = (HERE / name).read_text("utf-8").split("\n")
    return [unescaped(line) for line in lines if line]


COUNTED_UP = "one two three four five six seven eight nine"


def positives() -> list[tuple[str, tuple[str, ...], frozenset[str]]]:
    return rows_of("privacy_positive.tsv")


def negatives() -> list[str]:
    return lines_of("privacy_negative.txt")


def asked() -> list[str]:
    """All questions and examples: what filers write without a secret in it, but for one."""
    with (ROOT / "tests/questions.tsv").open(encoding="utf-8", newline="") as file:
        questions = [row["text"] for row in csv.DictReader(file, delimiter="\t")]
    examples = [
        line.strip().removeprefix("- ")
        for path in ROOT.glob("data/topics/*/topic.yml")
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", ())
        for line in str(block.get("examples", "")).splitlines()
    ]
    return [text for text in (*questions, *examples) if "Redsox2004" not in text]


def disguised() -> list[tuple[str, tuple[str, ...], frozenset[str]]]:
    """Secrets in codes, look-alikes, words, odd forms, tables and Spanish."""
    return rows_of("privacy_disguised.tsv")


def like_disguised() -> list[str]:
    """Ordinary messages in the same forms."""
    return lines_of("privacy_disguised_negative.txt")


def is_masked(text: str, secrets: tuple[str, ...]) -> bool:
    masked = mask(text)
    return not any(secret in masked.text for secret in secrets)


def test_lists_are_long_enough() -> None:
    assert len(positives()) >= 500
    assert len(negatives()) >= 500


def test_secrets_vanish() -> None:
    missed = [text for text, secrets, _ in positives() if not is_masked(text, secrets)]
    assert len(missed) <= 0.01 * len(positives()), missed


def test_every_written_social_security_and_card_number_vanishes() -> None:
    certain = [row for row in positives() if row[2] & {"ssn", "itin", "card"}]
    assert [text for text, secrets, _ in certain if not is_masked(text, secrets)] == []


@pytest.mark.parametrize(
    "frame",
    [
        "Hi, I need help. {}. Thanks, Bob",
        "{} can you help me?",
        "The site is slow today\n{}\nPlease call me",
    ],
)
def test_secrets_vanish_from_longer_messages(frame: str) -> None:
    missed = [
        text
        for text, secrets, _ in positives()
        if not is_masked(frame.replace("{}", text), secrets)
    ]
    assert len(missed) <= 0.01 * len(positives()), missed


FRAMES = [
    "{}",
    "Hi, I need help. {}. Thanks, Bob",
    "The site is slow today\n{}\nPlease call me",
    "{}\n\ncan you help me with case 24-12345?",
]


@pytest.mark.parametrize("frame", FRAMES)
def test_disguised_secrets_vanish(frame: str) -> None:
    # numerals that count up are a number only on their own, and a table begins its line
    inline = "{}." in frame
    fits = [
        row
        for row in disguised()
        if frame == "{}" or not (row[0] == COUNTED_UP or (inline and "\n" in row[0]))
    ]
    assert len(fits) > 150
    missed = [
        (text, mask(frame.replace("{}", text)).text)
        for text, secrets, kinds in fits
        if not is_masked(frame.replace("{}", text), secrets)
        or not kinds <= set(mask(frame.replace("{}", text)).kinds)
    ]
    assert missed == []


@pytest.mark.parametrize("frame", FRAMES)
def test_ordinary_messages_in_the_same_forms_stay_as_they_are(frame: str) -> None:
    framed = [frame.replace("{}", text) for text in like_disguised()]
    assert len(framed) > 150
    assert [(text, mask(text).text) for text in framed if mask(text).kinds] == []


def test_a_password_that_reads_as_a_code_vanishes_whole() -> None:
    for secret in ("aB%20xK9", "Tiger&lt;9", "x%41b&#45;7", "Q\\x41z9%0A"):
        masked = mask(f"my password is {secret} ok")
        assert masked == Masked("my password is [password removed] ok", ("password",))


@pytest.mark.parametrize(
    "text",
    [
        "I tried Chapter13!! and then Rule9006(b)(1)!",
        "I used Adobe2024 and then Form410! failed",
        "I typed 24-12345 in the search, then tried ECF#2",
        "entered $12,345.00 at 12:30pm!",
    ],
)
def test_what_is_typed_and_no_password_stays(text: str) -> None:
    assert mask(text) == Masked(text, ())


def test_two_ordinary_messages_in_one_stay_as_they_are() -> None:
    dice = random.Random(11)
    lines = [line for line in negatives() if not line.startswith("[")]
    pairs = [
        dice.choice([". ", ", ", "\n", "? ", " - "]).join(dice.choices(lines, k=2))
        for _ in range(2000)
    ]
    touched = [(pair, mask(pair).text) for pair in pairs if mask(pair).kinds]
    assert len(touched) <= 0.005 * len(pairs), touched


def test_kinds_are_named() -> None:
    wrong = [
        (text, mask(text).kinds)
        for text, _, kinds in positives()
        if not kinds <= set(mask(text).kinds)
    ]
    assert len(wrong) <= 0.01 * len(positives()), wrong


def test_ordinary_messages_stay_as_they_are() -> None:
    touched = [(text, mask(text)) for text in negatives() if mask(text) != Masked(text, ())]
    assert len(touched) <= 0.005 * len(negatives()), touched


@pytest.mark.parametrize(
    "separator",
    [
        "-",
        " ",
        ".",
        "/",
        "_",
        "\u2010",
        "\u2011",
        "\u2013",
        "\u2014",
        "\u2212",
        "\u00a0",
        "\u202f",
        " - ",
        "--",
    ],
)
@pytest.mark.parametrize(
    "number",
    ["000-12-3456", "123-45-6789", "666-12-3456", "078-05-1120", "219-09-9999", "321-00-1234"],
)
def test_any_written_social_security_number(number: str, separator: str) -> None:
    written = number.replace("-", separator)
    for frame in (
        "{}",
        "it is {}.",
        "ssn {}",
        "({})",
        "number:{},",
        "on 01/15/2026 I typed {} in case 24-20456",
    ):
        masked = mask(frame.format(written))
        assert masked == Masked(frame.format("[Social Security number removed]"), ("ssn",))


@pytest.mark.parametrize("digits", ["\uff10", "\u0660", "\u06f0", "\U0001d7ce", "\u0966"])
def test_digits_of_other_alphabets(digits: str) -> None:
    shown = "".join(chr(ord(digits) + int(c)) if c.isdigit() else c for c in "123-45-6789")
    assert mask(f"ssn {shown} ok").text == "ssn [Social Security number removed] ok"


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u2060", "\ufeff", "\U000e0031", "\x00"])
def test_invisible_characters_hide_nothing(hidden: str) -> None:
    assert "6789" not in mask(f"12{hidden}3-4{hidden}5-67{hidden}89").text
    assert "Hunter2" not in mask(f"my pass{hidden}word is Hunter2").text


@pytest.mark.parametrize(
    "card", ["4111111111111111", "5555555555554444", "4012888888881881", "6011111111111117"]
)
@pytest.mark.parametrize("separator", ["", " ", "-", ".", "\u2013", "  ", " - ", "\n"])
def test_cards_of_sixteen_digits(card: str, separator: str) -> None:
    written = separator.join(card[i : i + 4] for i in range(0, 16, 4))
    assert mask(f"paid with {written} today") == Masked(
        "paid with [card number removed] today", ("card",)
    )


@pytest.mark.parametrize("card", ["378282246310005", "3782 822463 10005", "3714-496353-98431"])
def test_cards_of_fifteen_digits(card: str) -> None:
    assert mask(f"my card, {card}, fails") == Masked(
        "my card, [card number removed], fails", ("card",)
    )


def test_kinds_stand_in_order_of_appearance_once() -> None:
    masked = mask(
        "password: Tiger9 ssn 123-45-6789 and 078-05-1120, my pin is 4821, card 4111 1111 1111 1111"
    )
    assert masked.kinds == ("password", "ssn", "card")


def test_masked_is_frozen() -> None:
    with pytest.raises(AttributeError):
        mask("x").text = "y"  # type: ignore[misc]


def test_numbers_around_a_secret_stay() -> None:
    text = (
        "case 24-20456, docket #45, PACER account number 1234567, SSN 123-45-6789, "
        "phone 860-240-3675, jdoe@firm.com"
    )
    assert mask(text).text == text.replace("123-45-6789", "[Social Security number removed]")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800",
        "\udfff password: \ud800abc1",
        "\U000e0041\U000e0042",
        "\U0001f600" * 50,
        "\ue000" * 9,
        "]" * 99,
        "\r\n\t\x0b\x0c",
    ],
)
def test_any_string_goes_in(text: str) -> None:
    assert isinstance(mask(text).text, str)


def test_masking_masked_text_changes_nothing() -> None:
    once = [mask(text).text for text, _, _ in positives() + disguised()]
    assert [text for text in once if mask(text) != Masked(text, ())] == []


WORDS = """
password pw pass my is was ssn social card visa account checking routing pin code codes
login user / : = , . " ' ( ) - as to and the jdoe Hunter2! tiger abc1 123-45-6789
123456789 12-3456789 4111 1111 1111111111111111 8602403675 021000021 mother's maiden name
Smith itin ein mfa is: 4821 first pet answer
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", *REPLACEMENTS])
WRITTEN = st.lists(PIECES, max_size=25).map(" ".join) | st.lists(PIECES, max_size=25).map("".join)


@settings(max_examples=600, deadline=None)
@given(WRITTEN)
@example("pin 1111111111111111 1111111111111111")
@example("pin " + 44 * "1")
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert mask(once.text) == Masked(once.text, ())


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_any_text_is_masked_once_and_for_all(text: str) -> None:
    once = mask(text)
    assert set(once.kinds) <= set(KINDS)
    assert mask(once.text) == Masked(once.text, ())


@settings(max_examples=300, deadline=None)
@given(WRITTEN, st.from_regex(r"\A[0-8][0-9]{2}-[0-9]{2}-[0-9]{4}\Z", fullmatch=True), WRITTEN)
def test_a_social_security_number_never_stays(before: str, number: str, after: str) -> None:
    assert number not in mask(f"{before} {number} {after}").text


def test_usual_messages_take_less_than_half_a_millisecond() -> None:
    texts = negatives() + [text for text, _, _ in positives()]
    for text in texts:
        mask(text)
    best = min(_seconds(texts) for _ in range(5))
    assert best / len(texts) < 0.0005


@pytest.fixture(scope="module")
def usual() -> float:
    """The seconds that 10,000 characters of ordinary messages take here: machines differ so much
    that a limit in seconds would judge the machine."""
    texts = negatives()
    return min(_seconds(texts) for _ in range(5)) * 10_000 / sum(map(len, texts))


HOSTILE = [
    "1",
    "1 ",
    "1-",
    "123-45-",
    "1111 ",
    "4111111111111111 ",
    "password ",
    "password is ",
    "password:",
    "pass pass/",
    "pw ",
    "pw a b c d e f g h i ",
    "my password for the ",
    "login: a / ",
    "user a ",
    "u:a p:",
    "pin ",
    "backup codes 1234 ",
    "mfa a b ",
    "code ",
    "security question ",
    "mother's maiden name is ",
    "first pet ",
    "ssn ",
    "account number ",
    "card 1",
    "one two ",
    "is as for ",
    "tried to be a ",
    "DE89 3704 ",
    "\"'`<([{",
    " ",
    "\n",
    "\u00ad1",
    "\u200b",
    "\U000e0031",
    "a1!",
    "abc123! login ",
    "[password removed] ",
    "[password removed",
    "my social is my ",
    "x@",
    "http://",
    "Tiger9, ",
    "password Tiger9, Tiger8 ",
    "ß",
    "İ",
    "&",
    "&#45;",
    "&amp;",
    "&amp;amp;",
    "&a",
    "%",
    "%2D",
    "%25",
    "%E2%80",
    "\\\\u002d",
    "1&#45;",
    "p a s s w o r d ",
    "a b ",
    "a.",
    "s s n 1 ",
    "one hundred ",
    "twenty-",
    "triple one 1 ",
    "one, and ",
    "1,2,",
    "1 1 1 - ",
    "123 45 6789 ",
    "ssn [1] ",
    "| a ",
    "user\tpassword\n",
    "password\t",
    "password|password\n",
    "ssn,pin\n1,",
    "  a",
    "p@ssword: ",
    "п",
    "\u0430 ",
    "A1!b ",
    "A1!",
    "a:B1!c ",
    "jdoe / B1#c\n",
    "a b\n",
    "passport ",
    "passport number is ",
    "A1B2C3 ",
    "reset it to ",
    "tiger7 Tiger7 ",
    "Bear#12 says ",
    "what street did you grow up on ",
    "pw sunshine ",
    "log in B#1c2 ",
    "my password a b (",
    "i answered a for b ",
    '"tiger" ok as ',
]


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        ("pin # aa", " "),
        ("pin a a a", " "),
        ("otp 123456", " "),
        ("my first town of my birth", " "),
        ("my pet ", "A1"),
        ("user: a,", "|"),
    ],
)
def test_a_long_run_after_a_word_that_leads_to_a_secret_costs_little(
    start: str, piece: str, usual: float
) -> None:
    text = (start + piece * 20_000)[:20_000] + "x1"
    assert min(_seconds([text]) for _ in range(3)) < 6 * usual


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_messages_take_time_in_proportion_to_length(piece: str, usual: float) -> None:
    short = (piece * 10_000)[:4_000]
    long = (piece * 40_000)[:16_000]
    quick = min(_seconds([short]) for _ in range(5))
    slow = min(_seconds([long]) for _ in range(5))
    assert slow < 9 * quick + 0.5 * usual
    assert _seconds([(piece * 10_000)[:10_000]]) < 40 * usual


def test_random_hostile_messages_end_soon(usual: float) -> None:
    dice = random.Random(5)
    for _ in range(8):
        text = "".join(dice.choices(HOSTILE, k=3000))[:10_000]
        assert _seconds([text]) < 40 * usual


def _seconds(texts: list[str]) -> float:
    begin = time.process_time()
    for text in texts:
        mask(text)
    return time.process_time() - begin


@pytest.mark.parametrize("blank", ["\u115f", "\u1160", "\u3164", "\uffa0", "\u2800"])
def test_a_blank_that_is_no_space_hides_no_number(blank: str) -> None:
    assert mask(f"ssn 123{blank}-45{blank}-6789").kinds == ("ssn",)


def test_notice_says_what_was_removed() -> None:
    assert notice(()) == ""
    assert "Social Security number" in notice(("ssn",))
    assert "never asks" in notice(("card",))
    assert "change it" in notice(("ssn", "password"))
    assert "change it" not in notice(("ssn", "card"))
    assert notice(("itin", "ein")).count("taxpayer number") == 1


def test_notice_is_plain_and_not_masked_itself() -> None:
    for first in KINDS:
        for second in KINDS:
            told = notice((first, second))
            assert "!" not in told
            assert mask(told) == Masked(told, ())


ANNOUNCED = [
    ("here is my password", "sunshine"),
    ("Here's the password I use:", "sunshine7"),
    ("my password is", "sunshine"),
    ("password:", "lawoffice"),
    ("aqu\u00ed est\u00e1 mi contrase\u00f1a", "girasol"),
    ("mi contrase\u00f1a es", "girasol"),
    ("should I give you my password?", "sunshine"),
    ("do you need the debtor's social security number?", "512345601"),
    ("my ssn is", "512345601"),
    ("here is the verification code", "558201"),
    ("the code they texted me is", "558201"),
    ("this is my PIN", "4491"),
    ("my username is jdoe", "Hunter2024"),
    ("my mothers maiden name is", "Kowalczyk"),
    ("do you want my card number", "4111 2222 3333"),
    ("my bank account number is", "4457781203"),
    ("here is my passport number", "C03005988"),
]
NOT_ANNOUNCED = [
    ("how do I reset my password?", "link expired"),
    ("here is my password", "How do I change it?"),
    ("here is my password", "not working"),
    ("here is my password", "tell me if a clerk can reset it"),
    ("password", "trustee"),
    ("should I give you my password?", "what is the phone number then"),
    ("my password is wrong", "23-20123"),
    ("my password is", "I forgot it"),
    ("my username is jdoe", "I cannot log in"),
    ("my username is jdoe", "case 23-20123"),
    ("do you need my bar number", "ct12345"),
    ("here is my case number", "23-20123"),
    ("do you need my phone number", "860-555-0142"),
    ("my pacer account number is", "1234567"),
    ("here is the error code", "0x80070005"),
    ("do you need my SSN", "I will not type it"),
    ("my login is jdoe", "upload failed with error E-1042"),
]


@pytest.mark.parametrize(("before", "secret"), ANNOUNCED)
def test_a_secret_that_the_message_before_announced_vanishes(before: str, secret: str) -> None:
    masked = mask(secret, before)
    assert secret not in masked.text
    assert masked.kinds
    assert mask(masked.text, before) == Masked(masked.text, ())


@pytest.mark.parametrize(("before", "text"), NOT_ANNOUNCED)
def test_talk_after_the_word_for_a_secret_stays(before: str, text: str) -> None:
    assert mask(text, before) == Masked(text, ())


def test_nothing_is_taken_from_what_filers_ask() -> None:
    texts = asked()
    assert len(texts) > 10_000
    assert [text for text in texts if mask(text).text != text] == []
