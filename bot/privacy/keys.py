"""The words for a password, as people write and misspell them."""

import re

KEY_WORDS = (
    r"pass[\s_-]?(?:words?|wrods?|wrd|words|wd|codes?|phrases?|keys?)|p[as]{0,4}w[aor]{0,3}ds?"
    r"|pas?swors?|pas+ords?|passowrds?|pword|pssd|psw|pws?|p/w|p\.w\."
    r"|passworte?|kennworte?|wachtwoord|contrase(?:n|nh)as?|clave(?:s|\s+secreta)?"
    r"|mots?\s+de\s+passe|senhas?|haslo|parola"
)
KEY = re.compile(
    rf"(?<![a-z0-9@._])(?:my|e?cf|cmecf|pacer|new|old|user|login|pdf)?(?P<key>{KEY_WORDS}"
    rf"|(?P<weak>pass))(?![a-z0-9@_])"
)
