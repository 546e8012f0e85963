"""Characters that look like plain letters, and words written letter by letter.

Source of the pairs: Unicode Technical Standard 39 (confusables), only those that a
reader takes for the plain letter in running text.
"""

import re

_CYRILLIC = dict(
    zip("аеорсухіјѕһԁԛԝӏгАВЕКМНОРСТУХІЈЅҺԌԚԜ", "aeopcyxijshdqwlrABEKMHOPCTYXIJSHGQW", strict=True)
)
_GREEK = dict(zip("αορνικτυγωϲΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "aopviktuywcABEZHIKMNOPTYXC", strict=True))
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
# Armenian, and the Latin alpha of phonetic writing
_OTHERS = {"\u0585": "o", "\u057d": "u", "\u0578": "n", "\u0251": "a"}

LETTERS = {**_CYRILLIC, **_GREEK, **_SMALL_CAPITALS, **_OTHERS}
"""The plain letter for each look-alike."""

_SPACED = re.compile(r"(?<![^\W_])(?:[a-z][ .*_/|~-]{1,2}){2,}[a-z](?![^\W_])")
_SEPARATORS = " .*_/|~-"
_SPACED_WORDS = re.compile(
    r"passwords?|passwd|passcode|passphrase|pwd|contrasena|clave|login|username|usuario"
    r"|socialsecurity|social|ssn|itin|routing|account|card|visa|pin$"
)


def spaced_words(low: str) -> list[int]:
    """Return the places of what stands between the letters of words such as "p a s s w o r d".

    Only words that speak of a secret are put together, so that initials and lists of
    single letters stay as they are.
    """
    between: list[int] = []
    for run in _SPACED.finditer(low):
        letters = [at for at in range(*run.span()) if low[at] not in _SEPARATORS]
        joined = "".join(low[at] for at in letters)
        for word in _SPACED_WORDS.finditer(joined):
            inside = set(letters[word.start() : word.end()])
            first, last = letters[word.start()], letters[word.end() - 1]
            between.extend(at for at in range(first, last) if at not in inside)
    return between
