"""Styles, scripts, fonts and icons: ours from ``static/``, and those of npm packages from
``.assets`` (made by ``scripts/assets.sh``), under addresses that change with what is in them."""

import gzip
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

log = logging.getLogger(__name__)

OURS = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_COMPRESSED = frozenset({".woff2"})
_FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=300"
"""How long browsers keep a file whose address stays when its content changes."""


@dataclass(frozen=True)
class Asset:
    """One file, plain and packed."""

    media_type: str
    body: bytes
    packed: bytes | None


def make_asset(name: str, body: bytes) -> Asset:
    """The file of this name, which tells its kind."""
    suffix = Path(name).suffix
    packed = None if suffix in _COMPRESSED else gzip.compress(body, 9, mtime=0)
    return Asset(_TYPES[suffix], body, packed)


class Assets:
    """All files, in memory: there are few, and they are small."""

    def __init__(self, files: Iterable[tuple[str, bytes]]) -> None:
        self._files: dict[str, Asset] = {}
        whole = hashlib.sha256()
        for name, body in sorted(files):
            self._files[name] = make_asset(name, body)
            whole.update(f"{name}\0{len(body)}\0".encode() + body)
        # one hash for all, so that files may name each other by their plain names
        self.version = whole.hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where a browser finds the file, which may be kept for ever. A file that is not there
        has an address too, and the page works without it."""
        return f"/assets/{self.version}/{name}"

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self._files

    def get(self, name: str) -> Asset | None:
        """The file with this name."""
        return self._files.get(name)

    @cached_property
    def is_whole(self) -> bool:
        """Whether the npm packages' files were made."""
        return "uswds.css" in self._files


def load_assets(built: Path) -> Assets:
    """Read our files and those in ``built``; says in the log when the latter are missing."""
    assets = Assets(
        (path.name, path.read_bytes())
        for folder in (OURS, built)
        if folder.is_dir()
        for path in folder.iterdir()
        if path.suffix in _TYPES
    )
    if not assets.is_whole:
        log.warning("The page's look is not made yet, so it shows plain: call `make setup`.")
    return assets


def asset_response(request: Request, found: Asset, caching: str) -> Response:
    """The file, packed where the browser takes that."""
    headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
    body = found.body
    if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = found.packed
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=found.media_type)


async def get_asset(request: Request) -> Response:
    """One file. Under an address of another release it is served too, but not for long."""
    assets: Assets = request.app.state.site.assets
    found = assets.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    is_this = request.path_params["version"] == assets.version
    return asset_response(request, found, _FOR_EVER if is_this else FOR_NOW)


ROUTES = [Route("/assets/{version}/{name}", get_asset)]
