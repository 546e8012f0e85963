"""Which topic an answer leads back to.

Linking needs an upgraded account: whoever was linking and learns that the account is Legacy goes
back to linking after the upgrade.
"""

BACK_TEXT = "When that is done, go back to: **{title}**."

# goal: the steps that may have to come first
_STEPS_BEFORE = {
    "link_accounts": (
        "account_type",
        "upgrade_legacy_account",
        "register_pacer_account",
        "forgot_cmecf_password",
        "forgot_pacer_credentials",
        "mfa",
    ),
    "link_trouble": (
        "account_type",
        "upgrade_legacy_account",
        "register_pacer_account",
        "forgot_cmecf_password",
        "forgot_pacer_credentials",
    ),
    "efiling_registration": (
        "account_type",
        "upgrade_legacy_account",
        "register_pacer_account",
        "forgot_pacer_credentials",
    ),
    "limited_user_or_trustee": (
        "register_pacer_account",
        "upgrade_legacy_account",
    ),
    "shared_account": ("register_pacer_account",),
    "pdf_rejected": ("pdf_fix",),
}


def step_before(topic: str, previous: str | None, came_from: str | None) -> str | None:
    """The goal that ``topic`` is a step towards: the previous topic, or the goal before it."""
    for goal in (previous, came_from):
        if goal and goal != topic and topic in _STEPS_BEFORE.get(goal, ()):
            return goal
    return None
