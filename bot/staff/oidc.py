"""Signing in with the court's own OpenID Connect: authorization code with PKCE (RFC 7636), and the
checks of the ID token that OpenID Connect Core 3.1.3.7 asks for. Waits for the network."""

import hmac
import logging
import time
from datetime import UTC
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from bot.clock import utc_now
from bot.settings import Settings
from bot.staff.issuer import CALLBACK, Attempt, IssuerError, Person

_SCOPE = "openid email profile"
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_SECONDS = 10
_MOST_BYTES = 1_000_000  # of one answer: what issuers publish has some kB
_LEEWAY_SECONDS = 60
_KEPT_SECONDS = 600.0
_PIECE_BYTES = 4096
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# what issuers published, by address, and until when it is taken as it is: without this, whoever
# asks for the sign-in has us ask the issuer
_kept: dict[str, tuple[float, dict[str, Any]]] = {}
S = TypeVar("S", bound=requests.Session)
log = logging.getLogger(__name__)


def begin(settings: Settings) -> tuple[str, Attempt]:
    """The address to send the browser to, and what to keep until it comes back.

    Raises:
        IssuerError
    """
    about = _metadata(settings)
    attempt = Attempt(generate_token(43), generate_token(43), generate_token(64))
    with _client(settings) as client:
        url, _ = client.create_authorization_url(
            about["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
    return str(url), attempt


def finish(settings: Settings, attempt: Attempt, *, state: str, code: str) -> Person:
    """Who came back with ``code``.

    Raises:
        IssuerError: the state is another one's, the code is not taken, or the token is not right.
    """
    if not hmac.compare_digest(
        state.encode("utf-8", "replace"), attempt.state.encode("utf-8", "replace")
    ):
        raise IssuerError("the state is not the one that was sent")
    about = _metadata(settings)
    try:
        with _client(settings) as client:
            token = client.fetch_token(
                about["token_endpoint"],
                code=code,
                grant_type="authorization_code",
                code_verifier=attempt.verifier,
                timeout=_SECONDS,
                allow_redirects=False,  # the code and the secret go nowhere else
            )
    except (AuthlibBaseError, requests.RequestException, ValueError) as error:
        raise IssuerError(f"the code was not taken: {error}") from error
    claims = _claims(settings, token.get("id_token"), about)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
        raise IssuerError("the nonce is not the one that was sent")
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Person(str(claims["sub"])[:255], email if isinstance(email, str) else None)


def _claims(settings: Settings, id_token: Any, about: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(id_token, str):
        raise IssuerError("there is no ID token")
    now = int(utc_now().replace(tzinfo=UTC).timestamp())
    rules = jwt.JWTClaimsRegistry(
        now=now,
        leeway=_LEEWAY_SECONDS,
        # as the issuer writes its own name: some end it with a slash
        iss={"essential": True, "value": str(about["issuer"])},
        aud={"essential": True, "value": settings.oidc_client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        decoded = _decoded(id_token, about["jwks_uri"])
        rules.validate(decoded.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise IssuerError(f"the ID token is not right: {error}") from error
    claims: dict[str, Any] = decoded.claims
    audience = claims["aud"]
    many = isinstance(audience, list) and len(audience) > 1
    if (many or "azp" in claims) and claims.get("azp") != settings.oidc_client_id:
        raise IssuerError("the ID token was made for somebody else")
    return claims


def _decoded(id_token: str, keys_url: str) -> jwt.Token:
    try:
        return jwt.decode(id_token, _keys(_json(keys_url)), algorithms=_ALGORITHMS)
    except (JoseError, ValueError, KeyError, TypeError):
        # the issuer may have new keys since we asked
        fresh = _keys(_json(keys_url, fresh=True))
        return jwt.decode(id_token, fresh, algorithms=_ALGORITHMS)


def _keys(published: dict[str, Any]) -> KeySet:
    """The keys that can be used. Others are passed over (RFC 7517, 5): an issuer may publish one of
    a new kind beside those that it signs with."""
    usable = []
    for key in published.get("keys") or ():
        try:
            usable += KeySet.import_key_set({"keys": [key]}).keys
        except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.info("a key of the issuer's cannot be used: %s", type(error).__name__)
    return KeySet(usable)


class _Bounded(HTTPAdapter):
    """Reads an answer for so long and up to such a size only: the time that requests knows is for
    each piece of it."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        until = time.monotonic() + _SECONDS
        answer = super().send(request, **{**options, "stream": True})
        pieces, size = [], 0
        try:
            # what is there already, not as much as was asked for
            while piece := answer.raw.read1(_PIECE_BYTES, decode_content=True):
                pieces.append(piece)
                size += len(piece)
                if size > _MOST_BYTES or time.monotonic() > until:
                    raise requests.ConnectionError("its answer is too long, or comes too slowly")
        except HTTPError as error:
            raise requests.ConnectionError(error) from error
        finally:
            answer.close()
        answer._content = b"".join(pieces)
        return answer


def _with_bounds(session: S) -> S:
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Bounded())
    return session


def _client(settings: Settings) -> OAuth2Session:
    client = OAuth2Session(
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret else "none",
        scope=_SCOPE,
        redirect_uri=f"{settings.public_url}{CALLBACK}",
        code_challenge_method="S256",
    )
    return _with_bounds(client)


def _metadata(settings: Settings) -> dict[str, Any]:
    about = _json(f"{settings.oidc_issuer}/.well-known/openid-configuration")
    if str(about.get("issuer", "")).rstrip("/") != settings.oidc_issuer:
        raise IssuerError("the issuer calls itself otherwise than HELPDESK_OIDC_ISSUER")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _safe(str(about.get(name, "")))
    return about


def _json(url: str, *, fresh: bool = False) -> dict[str, Any]:
    until, found = _kept.get(url, (0.0, {}))
    if not fresh and time.monotonic() < until:
        return found
    try:
        with _with_bounds(requests.Session()) as session:
            answer = session.get(_safe(url), timeout=_SECONDS, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise IssuerError(f"the issuer does not answer: {error}") from error
    if not isinstance(found, dict):
        raise IssuerError("the issuer's answer is no JSON object")
    _kept[url] = (time.monotonic() + _KEPT_SECONDS, found)
    return found


def _safe(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise IssuerError("the issuer names an address that cannot be read") from error
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise IssuerError("the issuer names an address without https")
