"""What is understood without the classifier, and what a filer wants to say again."""

import pytest

from bot.knowledge.plain_words import has_words, learned, wants_a_person
from bot.triage.form import agrees, is_courtesy, read_change, read_name, read_role
from bot.triage.requests import codes_in


@pytest.mark.parametrize(
    "text",
    [
        "talk to a person",
        "I want to speak with someone",
        "human please",
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
    assert (
        learned("it says my account is legacy", "link_accounts", None) == "upgrade_legacy_account"
    )
    assert learned("it says upgraded", "account_type", "link_trouble") == "link_trouble"
    assert learned("done, it is upgraded now", "upgrade_legacy_account", None) == "link_accounts"
    for text in ("is it legacy?", "it is not legacy", "what does legacy mean"):
        assert learned(text, "link_accounts", None) is None
    assert learned("it says legacy", None, None) is None


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
