"""A small OpenID Connect issuer: discovery, keys, authorization with PKCE, tokens. It signs in
whoever comes as ``person`` and can be told to misbehave."""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "helpdesk", "s3cret/with:signs"


class Issuer:
    """What the issuer knows and how it answers; ``changes`` are put over the ID token's claims."""

    def __init__(self) -> None:
        self.url = ""
        self.person: dict[str, Any] = {
            "sub": "court-17",
            "email": "ann.lee@court.example",
            "email_verified": True,
        }
        self.changes: dict[str, Any] = {}
        self.signs_with_other_key = False
        self.refuses = False
        self.name_ends_with = ""  # of its own name
        self.more_keys: list[Any] = []
        self.padding = 0  # bytes that it puts into its answers
        self.pause = 0.0  # seconds before each byte of its keys
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.other_key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": f"{self.url}{self.name_ends_with}",
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        if self.refuses:
            back = {"error": "access_denied", "state": asked["state"]}
        else:
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            back = {"code": code, "state": asked["state"]}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The tokens for a code, once, for whoever has the verifier and the secret."""
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or authorization != f"Basic {expected}":
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {
            "iss": f"{self.url}{self.name_ends_with}",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person,
            **self.changes,
        }
        key = self.other_key if self.signs_with_other_key else self.key
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    """An issuer on a port of its own."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            issuer.asked.append(parts.path)
            if parts.path == "/.well-known/openid-configuration":
                self._send(200, issuer.discovery())
            elif parts.path == "/keys":
                keys = [*issuer.more_keys, issuer.key.as_dict(private=False)]
                self._send(200, {"keys": keys, "x": "x" * issuer.padding}, issuer.pause)
            elif parts.path == "/authorize":
                asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", issuer.authorize(asked))
                self.end_headers()
            else:
                self._send(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {key: values[0] for key, values in parse_qs(body).items()}
            tokens = issuer.token(form, self.headers.get("Authorization", ""))
            self._send(200, tokens) if tokens else self._send(400, {"error": "invalid_grant"})

        def _send(self, status: int, content: dict[str, Any], pause: float = 0) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            body = json.dumps(content).encode()
            with contextlib.suppress(OSError):
                for at in range(0, len(body), 1 if pause else len(body)):
                    self.wfile.write(body[at : at + 1] if pause else body)
                    time.sleep(pause)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
