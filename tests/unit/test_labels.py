"""Whether few words say that what the steps of an answer name is not on the screen."""

import pytest

from bot.knowledge.labels import is_missing

STEPS = (
    'Click "Upgrade" beside the type. 4. Click **Utilities**. 5. Click **Link a CM/ECF account to '
    "my PACER account**.\n- **Word**: export as PDF."
)


@pytest.mark.parametrize(
    "text",
    [
        "i dont see utilities",
        "There's no Upgrade button",
        "but i can't find the link a cm/ecf account to my pacer account",
        "we do not have an upgrade option",
        "no upgrade link here",
        "no encuentro utilities",
    ],
)
def test_what_the_steps_name_is_missing(text: str) -> None:
    assert is_missing(text, STEPS)


@pytest.mark.parametrize(
    "text",
    [
        "i dont have word",
        "i can't find word",
        "i can't find my case",
        "where is utilities",
        "i see utilities",
        "there is no way i can do this tonight",
        "",
    ],
)
def test_other_words_are_about_something_else(text: str) -> None:
    assert not is_missing(text, STEPS)
