"""The roles at the desk, and who may do what another may."""

CLERK = "clerk"
LEAD = "lead"
ADMINISTRATOR = "administrator"
TESTER = "tester"

ROLES = (CLERK, LEAD, ADMINISTRATOR, TESTER)
CLERKS = frozenset({CLERK, LEAD, ADMINISTRATOR})
"""Those who see filers' requests."""
LEADS = frozenset({LEAD, ADMINISTRATOR})
TESTERS = LEADS | {TESTER}
"""Those who may run tests, which take the server's time."""
ADMINISTRATORS = frozenset({ADMINISTRATOR})
EVERYBODY = frozenset(ROLES)


class UnknownRoleError(ValueError):
    """No such role."""

    def __init__(self, role: str) -> None:
        super().__init__(f"{role!r} is no role: use {', '.join(ROLES)}.")


def known_role(role: str) -> str:
    """The role itself.

    Raises:
        UnknownRoleError
    """
    if role not in ROLES:
        raise UnknownRoleError(role)
    return role
