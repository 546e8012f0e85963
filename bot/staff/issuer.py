"""What is known of a sign-in with the court's own OpenID Connect; ``oidc.py`` does it."""

from dataclasses import dataclass

CALLBACK = "/desk/sign-in/court/callback"


class IssuerError(Exception):
    """The court's sign-in did not answer, or not as it should; the detail is for the log."""


@dataclass(frozen=True)
class Attempt:
    """What must be kept between sending a browser to the issuer and its coming back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Person:
    """Who the issuer says it is; ``email`` only where it has verified it."""

    subject: str
    email: str | None
