"""Bring the catalogues of bot/web/locale up to date with the texts in code and templates.

New texts are added without a translation, which the tests refuse; translate them in the .po file.
"""

import sys
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.languages import LOCALE  # noqa: E402
from bot.web.catalogue import collected  # noqa: E402


def main() -> None:
    """Rewrite each catalogue."""
    found = collected()
    for file in sorted(LOCALE.glob("*/LC_MESSAGES/messages.po")):
        with file.open("rb") as source:
            catalog = read_po(source, locale=file.parent.parent.name)
        found.creation_date = catalog.creation_date  # so that only texts change
        catalog.update(found, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with file.open("wb") as target:
            write_po(
                target, catalog, width=0, no_location=True, sort_output=True, omit_header=False
            )


if __name__ == "__main__":
    main()
