"""A few words after an answer: which of its parts they ask for, and what they leave alone."""

import pytest

from bot.assistant.normalize import normalize
from bot.knowledge.leads import leads_to
from bot.knowledge.short_questions import (
    Aspect,
    asks_about,
    is_silent,
    sentences_on,
    still_fails,
)


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("ok and then?", Aspect.HOW),
        ("Where is that?", Aspect.HOW),
        ("where\N{RIGHT SINGLE QUOTATION MARK}s that", Aspect.HOW),
        ("how long does it take", Aspect.DURATION),
        ("for how long", Aspect.DURATION),
        ("will the old one still work", Aspect.OLD),
        ("and can I still use my old password?", Aspect.OLD),
        ("what happens to the old one", Aspect.OLD),
        ("what if I can't afford it", Aspect.TOO_DEAR),
        ("but that's too expensive", Aspect.TOO_DEAR),
        ("we have no money for that", Aspect.TOO_DEAR),
        ("and is it free?", Aspect.COST),
        ("what does that cost", Aspect.COST),
        ("when was that", Aspect.WHEN),
        ("It says invalid.", Aspect.FAILED),
        ("what if it stays down", Aspect.FAILED),
        ("I typed it correctly", Aspect.FAILED),
        ("I already checked spam", Aspect.FAILED),
        ("but why", Aspect.WHY),
        ("why not?", Aspect.WHY),
        ("do I have to", Aspect.WHY),
        ("what happens if I don't", Aspect.WHY),
        ("I'm from New York", Aspect.ELSEWHERE),
        ("we are attorneys admitted in Rhode Island", Aspect.ELSEWHERE),
        ("what do you mean", Aspect.AGAIN),
        ("no entiendo", Aspect.AGAIN),
        ("are you sure that works", Aspect.SURE),
        ("so what do I do now", Aspect.HOW),
        ("how do I undo it", Aspect.HOW),
        ("which tab", Aspect.HOW),
        ("is that in pacer or ecf", Aspect.HOW),
        ("it won't take my password", Aspect.FAILED),
        ("do i do this in every court", Aspect.ELSEWHERE),
        ("how long do you keep it", Aspect.DURATION),
        ("how long does it last", Aspect.DURATION),
        ("what do i need for it", Aspect.NEEDS),
        ("i dont see the button", Aspect.FAILED),
        ("no veo el boton", Aspect.FAILED),
        ("y eso como se hace", Aspect.HOW),
        ("y ahora", Aspect.HOW),
        ("what should I have ready", Aspect.NEEDS),
        ("qué necesito para eso", Aspect.NEEDS),
        ("yes typed it by hand", Aspect.FAILED),
        ("what else can i try", Aspect.FAILED),
        (
            "\N{INVERTED QUESTION MARK}y cu\N{LATIN SMALL LETTER A WITH ACUTE}nto cuesta?",
            Aspect.COST,
        ),
    ],
)
def test_few_words_ask_for_a_part_of_the_answer(text: str, aspect: Aspect) -> None:
    assert asks_about(text) is aspect


@pytest.mark.parametrize(
    "text",
    [
        "where is the clerk's office",
        "how long does the court take to approve my request",
        "is PACER free",
        "when is my hearing",
        "it says my account is legacy",
        "it says invalid login on the PACER page since this morning",
        "how do I upgrade it",
        "I tried to link it",
        "why is my PDF refused",
        "do I have to upgrade my account",
        "are you sure the site is up",
        "it won't let me upload my pdf",
        "is it on the docket",
        "I checked the docket for my hearing",
        "my old password does not work in CM/ECF",
        "I can't pay my plan any more",
        "",
    ],
)
def test_a_question_with_a_subject_is_left_to_the_classifier(text: str) -> None:
    assert asks_about(text) is None


def test_sentences_that_say_how_long() -> None:
    text = "It is free. With a card it works at once; without one, wait 7 to 10 business days."
    assert sentences_on(Aspect.COST, text) == ("It is free.",)
    assert len(sentences_on(Aspect.DURATION, text)) == 2
    assert sentences_on(Aspect.WHEN, text) == ()


def test_a_sentence_does_not_end_after_an_abbreviation() -> None:
    text = "Without a card, a code comes by U.S. mail in 7 to 10 business days. It is free."
    told = ("Without a card, a code comes by U.S. mail in 7 to 10 business days.",)
    assert sentences_on(Aspect.DURATION, text) == told


def test_what_is_done_at_once_is_no_duration_and_nothing_is_said_twice() -> None:
    text = (
        "The link ends after 15 days. Save the file at once. It ends.\nThe link ends after 15 days."
    )
    assert sentences_on(Aspect.DURATION, text) == ("The link ends after 15 days.",)


def test_only_the_same_trouble_again_is_a_failure() -> None:
    assert still_fails("still no menu", "link_trouble", "link_trouble")
    assert still_fails("it still gets refused", "pdf_fix", "pdf_rejected")
    assert not still_fails("no menu", "link_trouble", "link_trouble")
    assert not still_fails("still no menu", "pacer_fees", "link_trouble")
    assert not still_fails("still no menu", None, "link_trouble")


def test_staff_are_asked_about_only_after_answers_on_accounts() -> None:
    assert leads_to("what about my secretary", "shared_account") == "limited_user_or_trustee"
    assert leads_to("what about my secretary", "pdf_fix") is None
    assert leads_to("and my secretary wants to know the fee", "shared_account") is None


def test_a_role_or_the_court_turns_the_question() -> None:
    limited = "limited_user_or_trustee"
    assert leads_to("yes but I'm a trustee", "register_pacer_account") == limited
    assert leads_to("we are a bank", "efiling_registration") == limited
    assert leads_to("I'm a trustee and cannot see the menus", "link_accounts") is None
    assert leads_to("I'm a trustee", "pdf_fix") is None
    assert leads_to("with the court", "register_pacer_account") == "efiling_registration"


def test_a_number_staff_and_a_reset_lead_on() -> None:
    limited = "limited_user_or_trustee"
    assert leads_to("what's their number", "mfa") == "contact_human"
    assert leads_to("who do I call", "link_trouble") == "contact_human"
    assert leads_to("who at pacer", "mfa") == "contact_human"
    assert leads_to("who", "mfa") is None
    assert leads_to("a que hora abren", "mfa") == "contact_human"
    assert leads_to("where do i reset it", "link_trouble") == "forgot_cmecf_password"
    assert leads_to("where do i reset it", "mfa") is None
    assert leads_to("what is the account number", "firm_admin_account") is None
    assert leads_to("and the phone number", "update_contact_info") == "update_contact_info"
    assert leads_to("and pacer's?", "contact_human") == "contact_human"
    assert leads_to("can my secretary do it for me", "link_accounts") == limited
    pacer = "forgot_pacer_credentials"
    assert leads_to("can you reset it for me", pacer) == pacer
    assert leads_to("can you fix it for me", pacer) is None


def test_where_somebody_is_from_matters_only_for_permission() -> None:
    assert not is_silent(Aspect.ELSEWHERE, "efiling_registration")
    assert is_silent(Aspect.ELSEWHERE, "pdf_fix")
    assert not is_silent(Aspect.WHY, "pdf_fix")


def test_sizes_and_misspelled_upgrades_are_read_as_one() -> None:
    assert normalize("got 46mb of it") == normalize("got 46 megabytes of it") == "got 46 MB of it"
    assert normalize("upgrde my legasy login") == "upgrade my Legacy login"


def test_steps_that_did_not_help_are_told_in_spanish() -> None:
    for told in ("ya lo hice y no sirve", "eso ya lo hice", "sigue igual", "todavía no funciona"):
        assert asks_about(told) is Aspect.FAILED, told
    assert leads_to("sigue igual", "link_accounts") == "link_trouble"
    assert asks_about("¿y dónde está ese botón?") is Aspect.HOW
    assert asks_about("where is that button you mentioned") is Aspect.HOW
    assert asks_about("y si no puedo pagar") is Aspect.TOO_DEAR
    assert asks_about("no sirve mi escáner de la oficina") is None


def test_the_code_by_post_and_the_opening_hours_belong_to_the_last_answer() -> None:
    register = "register_pacer_account"
    assert leads_to("how long does the code take", register) == register
    assert leads_to("cuánto tarda el código en llegar", register) == register
    assert leads_to("cuándo llega el código", register) == register
    assert leads_to("how long does the code take", "mfa") is None
    assert leads_to("y a qué hora cierran", "contact_human") == "contact_human"
