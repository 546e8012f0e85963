"""What is understood without the classifier, and what a filer wants to say again."""

import pytest

from bot.knowledge.plain_words import (
    deadline_is_near,
    did_not_come,
    has_words,
    learned,
    only_a_deadline,
    wants_a_person,
)
from bot.triage.form import agrees, is_courtesy, read_change, read_name, read_role
from bot.triage.requests import codes_in


@pytest.mark.parametrize(
    "text",
    [
        "talk to a person",
        "I want to speak with someone",
        "human please",
        "this bot is useless get me somebody",
        "give me a real person",
        "I don't get it, can a person help me",
    ],
)
def test_a_wish_for_a_person(text: str) -> None:
    assert wants_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "can I talk to someone on zoom",
        "how do I add a filing agent",
        "can someone see my screen and help me",
        "I talked with somebody at the clerk's office and they told me that I should link it first",
    ],
)
def test_no_wish_for_a_person(text: str) -> None:
    assert not wants_a_person(text)


def test_a_report_after_an_answer_leads_on() -> None:
    asked = "efiling_registration"
    assert (
        learned("it says my account is legacy", "link_accounts", None) == "upgrade_legacy_account"
    )
    assert learned("it says upgraded", "account_type", "link_trouble") == "link_trouble"
    assert learned("done, it is upgraded now", "upgrade_legacy_account", None) == "link_accounts"
    assert learned("ok upgraded. next?", "upgrade_legacy_account", asked) == asked
    assert learned("username is kw2231", asked, None) == "upgrade_legacy_account"
    assert learned("username is kw2231", "pacer_fees", None) is None
    for text in ("is it legacy?", "it is not legacy", "what does legacy mean"):
        assert learned(text, "link_accounts", None) is None
    assert learned("it says legacy", None, None) is None


def test_an_account_at_hand_leads_to_permission_and_a_court_login_to_linking() -> None:
    asked, account = "efiling_registration", "register_pacer_account"
    assert learned("ok got it, now how do I file", account, None) == asked
    assert learned("how do I file my papers", account, None) == asked
    assert learned("how do I file", "link_accounts", None) is None
    assert learned("how do I file a change of address", account, None) is None
    assert learned("I already have a login from 2012", asked, None) == "link_accounts"
    assert learned("but we have an ecf account", asked, None) == "link_accounts"
    assert learned("I have a PACER login", asked, None) == "account_type"
    assert learned("i already have a pacer account", asked, None) == "account_type"
    assert learned("done i have pacer now", "limited_user_or_trustee", None) == asked
    assert learned("I don't have a pacer account", asked, None) is None
    assert learned("I have an account", asked, None) is None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("the email never comes", "forgot_pacer_credentials"),
        ("I didn\N{RIGHT SINGLE QUOTATION MARK}t get any email", "mfa"),
        ("no letter has come yet", "register_pacer_account"),
        ("he never got the email", "firm_admin_account"),
    ],
)
def test_what_was_waited_for_did_not_come(text: str, topic: str) -> None:
    assert did_not_come(text, topic)
    assert not did_not_come(text, "link_accounts")
    assert not did_not_come(text, None)


def test_what_came_is_not_missed() -> None:
    assert not did_not_come("I got the email", "forgot_pacer_credentials")
    assert not did_not_come("the code does not work", "mfa")


def test_a_deadline_and_nothing_else() -> None:
    assert only_a_deadline("my deadline is tonight")
    assert only_a_deadline("it's due in 20 minutes")
    assert not only_a_deadline("is my deadline tonight?")
    assert not only_a_deadline("pdf refused and due tonight")
    assert only_a_deadline("Please hurry, the bar date expires Friday")
    assert only_a_deadline("I'm going to miss my deadline")
    assert not only_a_deadline("hours today")
    assert not only_a_deadline("I am in now")
    assert not only_a_deadline("")


def test_a_deadline_within_hours() -> None:
    for text in (
        "I'm going to miss my deadline",
        "it's 11:40 and i have till midnight",
        "they dismiss it if i dont file by 5 pm",
        "my filing is due before 11:30 pm",
        "tengo que presentar hoy antes de medianoche",
        "el plazo vence en dos horas",
        "what if i cant file in time",
        "I won't be able to upload it on time",
        "we cannot get it filed in time",
    ):
        assert deadline_is_near(text), text
    for text in (
        "el plazo vence el viernes",
        "I missed the e-mail",
        "can I file until Friday",
        "file it by 12 pages each",
        "can I file in time",
        "I can't file at this time",
    ):
        assert not deadline_is_near(text), text


def test_signs_are_no_words() -> None:
    assert has_words("a?")
    assert not has_words("?! 😀")


def test_codes_are_told_from_words() -> None:
    assert codes_in("my code is k7qrt 3mx9b, thanks") == ["K7QRT-3MX9B"]
    assert codes_in("withdraw ZZZZZ-ZZZZZ") == ["ZZZZZ-ZZZZZ"]
    assert codes_in("there where papers, draft-paper") == []


def test_what_is_no_name() -> None:
    for text in ("ok", "thank you", "my upload still fails", "make a help request"):
        assert read_name(text) is None
    assert read_name("Ann Lee, SSN [Social Security number removed]") == "Ann Lee"
    assert is_courtesy("yes, thanks!")
    assert not is_courtesy("Grace Good-Wright")


def test_what_agrees_and_what_changes() -> None:
    assert agrees("yes please")
    assert agrees("Send it")
    assert not agrees("yes but change the phone")
    assert not agrees("not yet")
    assert read_change("yes but change the phone") == "request_contact"
    assert read_change("the date is wrong") == "request_deadline"
    assert read_change("Change my name") == "request_name"
    assert read_change("Friday noon") is None


def test_who_acts_for_somebody_is_named_by_the_own_role() -> None:
    assert read_role("attorney for a bank") == "Attorney"
    assert read_role("secretary to an attorney") == "Paralegal or assistant"
    assert read_role("assistant to the trustee") == "Trustee or trustee's staff"
    assert read_role("I do bankruptcies") == "Other"
