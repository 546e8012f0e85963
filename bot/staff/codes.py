"""The second step of signing in: six digits from an app (TOTP, RFC 6238), or a recovery code."""

import io
import re
import secrets
from datetime import UTC, datetime

import pyotp
import segno

RECOVERY_CODES = 10
_STEP_SECONDS = 30
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # no sign that is mistaken for another


def new_secret() -> str:
    """A secret to be shared with the app."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, name: str, court: str) -> str:
    """What the app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"{court} help desk")


def enrolment_picture(uri: str) -> str:
    """The QR code as an SVG element without inline style."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(
        out, kind="svg", scale=5, border=4, xmldecl=False, svgns=False, omitsize=False, light="#fff"
    )
    return out.getvalue().decode("ascii")


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The time step that ``code`` belongs to: the present one or a neighbour, later than
    ``after``, the last that was used. None when the code is wrong or was used before.

    ``now`` in UTC without zone.
    """
    digits = re.sub(r"\s", "", code)
    if not (len(digits) == 6 and digits.isascii() and digits.isdecimal()):
        return None
    present = int(now.replace(tzinfo=UTC).timestamp()) // _STEP_SECONDS
    app = pyotp.TOTP(secret)
    for step in (present, present - 1, present + 1):
        expected = app.generate_otp(step)
        if step > after and secrets.compare_digest(expected, digits):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of ten signs, each good for one sign-in without the app: ``k7qrt-3mx9b``."""
    return [
        f"{signs[:5]}-{signs[5:]}"
        for signs in (
            "".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)
        )
    ]


def normal_recovery_code(text: str) -> str:
    """As stored, from what was typed."""
    signs = re.sub(r"[\s-]", "", text.lower())[:20]
    return f"{signs[:5]}-{signs[5:]}"
