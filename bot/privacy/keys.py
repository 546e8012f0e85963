"""The words for a password, as people write and misspell them."""

import re

KEY_WORDS = (
    r"pass[\s_-]?(?:words?|wrods?|wrd|words|wd|codes?|phrases?|keys?)|p[as]{0,4}w{1,2}[aor]{0,3}ds?"
    r"|pas?swors?|pas+ords?|passowrds?|pword|pssd|psw|pws?|p/w|p\.w\."
    r"|passworte?|kennworte?|wachtwoord|contrase(?:n|nh)as?|clave(?:s|\s+secreta)?"
    r"|(?<=\bla )contra(?=\s*[:=]|\s+es\s+\S*\d)|(?<=\bmi )contra(?=\s*[:=]|\s+es\b)"
    r"|mots?\s+de\s+passe|senhas?|haslo|parola"
)
# "p@ssw0rd: hunter2" speaks of a password, "my password is p@ssw0rd" gives one.
_WITH_SIGNS = r"p[a@4*][s$5*]{2}[\s_-]?w[o0*]r[d*](?=['\"]?\s*(?:[:=]|(?:is|was|es)\b))"
KEY = re.compile(
    rf"(?<![a-z0-9@._])(?:my|e?cf|cmecf|pacer|new|old|user|login|pdf)?(?P<key>{KEY_WORDS}"
    rf"|(?P<weak>pass)|(?P<signs>{_WITH_SIGNS}))(?![a-z0-9@_])"
)
