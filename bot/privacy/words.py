"""Tells ordinary words from words that could be a password."""

import re
from functools import lru_cache

_WORDS = """
a an the this that these those there here my your our his her its their mine yours ours theirs i
we you he she it they me us him them who whom whose what which when where why how whether one
ones own self same another other others else each every any some all both either neither none no
not never yes nor nothing something anything everything someone anyone everyone nobody is am are
was were be been being isn aren wasn weren isnt arent wasnt werent ain aint do does did done
doing don dont doesnt didnt doesn didn has have had having hasnt havent hadnt hasn haven hadn
can cant cannot could couldnt couldn will wont won would wouldnt wouldn shall should shouldnt
shouldn may might must mustnt need needs needed neednt ought let lets t s re ve ll d m and or
but if so because since as than then though although while until unless before after once
whereas however therefore also plus of to for from with without within by at on in into onto off
out over under up down about above below between during per via through across against along
among around behind beside besides beyond despite except inside outside near toward towards upon
versus vs like unlike now currently still actually just simply always already yet again ever
often sometimes usually soon later earlier recently lately today tonight tomorrow yesterday
monday tuesday wednesday thursday friday saturday sunday morning afternoon evening night week
weeks month months day days year years hour hours minute minutes second seconds time times ago
long longer longest short shorter shortest last next first third too very really quite rather
pretty super extremely totally completely fully partly mostly almost nearly only even maybe
perhaps probably possibly likely unlikely definitely certainly apparently supposedly obviously
clearly exactly literally basically technically right wrong correct incorrect good bad better
worse best worst ok okay fine great poor true false valid invalid new newer old older oldest
current previous prior former original initial default temporary permanent temp different
similar identical equal unique common weak strong stronger secure insecure safe unsafe private
public confidential secret personal shared individual separate single multiple several many much
few fewer more most less least enough plenty lot lots bit half part whole entire full empty
blank null void missing lost gone dead broken stale locked unlocked open opened closed shut
stuck frozen slow fast quick quicker easy easier hard harder difficult tough tricky simple
complex complicated lengthy big bigger small smaller large larger huge tiny high higher low
lower upper uppercase lowercase caps capital capitals case cases sensitive insensitive due
overdue outdated outmoded obsolete expired expire expires expiring expiry expiration invalidated
rejected refused denied disabled enabled reset resets resetting set sets setting settings change
changes changed changing update updates updated forgot forget forgets forgotten forgetting
remember remembers remembered recover recovery recovered recall retrieve retrieved retrieval
lookup work works worked working fail fails failed failing failure failures function functions
error errors issue issues problem problems trouble troubles question questions answer answers
help helps please pls plz thanks thank thx ty sorry hello hi hey dear sir madam ugh argh grr omg
wtf lol hmm damn know knows knew known unknown tell tells told ask asks asked say says said get
gets got gotten give gives gave given take takes took taken send sends sent come comes came go
goes went going keep keeps kept make makes made put puts see sees saw seen find finds found look
looks looked use uses used using try tries tried trying type types typed typing enter enters
entered entering accept accepts accepted show shows shown showing display displayed appear
appears create creates created creating choose chose chosen pick picked select selected save
saves saved store stored stores copy copied copies paste pasted write wrote written read reads
email emailed emails mail mailed phone call called contact click clicks clicked press pressed
start starts started stop stops stopped end ends ended begin begins began log logs login logins
logon logging logged sign signs signin signon signup signing signed access accessing submit
submits file files filed filing filer filers upload uploads download pay paid payment link links
linked linking unlink upgrade upgraded upgrading register registered registration verify
verified verification confirm confirmed account accounts acct user users userid username
usernames name names id ids credential credentials creds passwords pacer ecf cm cmecf nextgen
court courts clerk clerks office attorney attorneys lawyer lawyers firm paralegal assistant
secretary client clients debtor debtors trustee trustees creditor creditors judge staff admin
administrator dot dots star stars asterisk asterisks bullets
system systems site sites website websites web page pages screen screens window
windows browser browsers chrome firefox safari edge explorer mac pc computer laptop iphone ipad
android app apps application software program server portal form forms field fields box boxes
button buttons tab tabs menu menus message messages prompt prompts pop popup online internet
network vpn support desk helpdesk hotline line number numbers code codes digit digits letter
letters character characters symbol symbols special word words phrase sentence string text entry
entries value values length minimum maximum min max requirement requirements rule rules policy
policies standard standards criteria criterion format complexity strength history manager
managers vault keeper generator hint hints reminder reminders tips tip list lockout protection
protected protect protects protecting protections security secured encrypted encryption attempt
attempts sharing share shares prompting request requests requested ticket instructions
instruction guide tutorial video step steps procedure process info information details detail
data thing things stuff way ways reason reasons point kind sort combo combination combinations
match matches matched matching mismatch mismatched agree agrees require requires required
requiring necessary optional mandatory recommended allowed permitted prohibited forbidden
acceptable unacceptable impossible possible available unavailable ready active inactive
inactivated deactivated suspended terminated deleted removed cleared hidden visible masked wiped
compromised hacked stolen leaked exposed guessed printed attached enclosed listed following
follows underneath noted mentioned stated everywhere anywhere somewhere nowhere elsewhere
together apart alone back away ahead forward myself yourself himself herself itself ourselves
themselves person people guy boss wife husband son daughter partner colleague coworker employee
predecessor associate everybody anybody mother father kid cause cuz bc til till w wo nope nah
yep yeah sure course meant mean means supposed able unable subject based tied connected
associated related dependent bound assigned issued provided supplied generated autogenerated
auto automatic manual automated random blocked grayed greyed synced sync autofilled filled
prefilled cached crossed mixed messed screwed misplaced misspelled mistyped garbled truncated
corrupt corrupted useless worthless annoying ridiculous stupid dumb terrible horrible awful
nonsense hell crap mess joke pain nightmare mystery puzzle hassle nuisance numeric alphanumeric
alphabetical minimal ascii recognized recognised unrecognized rejecting universal legit official
legacy efiling e-filing efile efilers mfa sso otp csv pdf pdfs xml html url http https two three
four five six seven eight nine ten eleven twelve twenty thirty fourteen fifteen forty ninety
zero dozen hundred chapter docket motion petition claim proof schedule schedules plan bankruptcy
district federal appellate state zoom teams outlook gmail yahoo microsoft adobe acrobat excel
lastpass bitwarden keepass onepassword dashlane google authenticator authy duo okta apple seems
seem seemed sounds remains stays continues returns returned bounced throws nada nunca ya si que
mi tu su la el los las un una lo es esta fue del de por para con sin pero porque cuando donde
como cual funciona sirve trabaja correcta incorrecta correcto incorrecto expirada expirado
vencida vencido invalida invalido valida bloqueada olvidada olvide equivocada mala buena nueva
vieja antigua misma diferente cambiada muy demasiado corta larga debil segura aceptada rechazada
necesaria requerida obligatoria temporal nao senha funcionando errada errado esqueci nova velha
mesma minha meu ne pas marche fonctionne oublie invalide nouveau ancien le les mon ma votre est
nicht falsch richtig abgelaufen vergessen gesperrt mein meine ist das der die neu alt ungueltig
ungultig leer nie zawsze well usual autofill autosave conform comply meet meets satisfy contain
contains include includes incorrectos incorrectas correctos correctas invalidos invalidas expiro
expirados expiradas vencio vencidos vencidas caduco caducado caducada caduca caducidad rechazo
rechazan rechazado rechazados rechazadas bloqueado bloqueados bloqueadas bloqueo olvido olvidado
olvidados olvidadas perdi perdida perdido perdio cambie cambio cambiado cambiar cambian cambiaron
restablecer restablecida restablecido restableci recuperar recupero recuperada necesito necesita
necesitan puedo puede pueden podria poder quiero quisiera debo debe deben ser estar estaba estan
son eran sera tiene tienen tengo tener ha han haber hay hace hacer usar uso usa usando saber se
entrar entro iniciar ingresar acceder presentar subir leer escribir pagar firmar enviar revisar
verificar guardar guardada guardado llamar ayuda ayudar favor gracias hola aqui alli ahora ayer hoy
siempre nunca todavia aun solo tambien mas menos mismo mismos mismas nuevo nuevos nuevas viejo
viejos viejas anterior anteriores actual actuales vacia vacio compartida compartido privada secreta
desconocida desconocido guarda tribunal corte secretaria abogado abogada cliente deudor tribunales
sistema sitio pagina enlace correo telefono cuenta cuentas usuario usuarios contrasena contrasenas
clave claves caracteres letras numeros mayuscula mayusculas minusculas larga largo cortas fuerte
fuertes facil dificil sensible unica unico igual cual cuales quien este esta estas estos ese esa eso
nos le left rite les te me yo ella usted ustedes nosotros ni al entre sobre hasta desde segun
durante despues antes luego entonces dice decia aparece aceptan acepta aceptado reconoce reconocida
existe coinciden coincide valido funciono funcionaba funcionan sirven sirvio trabaja error errores
pregunta preguntas webpage image doc scan exhibit order homepage dashboard checkbox banner profile
workflow dialog wizard widget icon keyboard printer scanner wait irrelevant urgent asap desktop
tablet keychain textbox dropdown toolbar footer header agent chambers team law member notice
dosent invaild
dada dado enviada enviaron dieron dio primera primero segunda otra otro otras otros ninguna
"""

_ORDINARY = frozenset(_WORDS.split())
_ENDINGS = re.compile(
    r"[a-z]{2,}(?:ing|(?<![fli])ly|ally|fully|able|ible|less|ful|ous|tions?|sions?|ments?|ness"
    r"|tial|cial|ical|tory|sory|istic|ative|itive)$"
)
_LEAST_FOR_SLIP = 5
_PARTS = re.compile(r"[a-z]+")
_LETTERS_AND_MARKS = re.compile(r"[a-z\u00df-\uffdc.,;:!?'\"()\[\]/&-]*")


def is_ordinary(word: str) -> bool:
    """Return whether `word` (in small letters) reads as plain English rather than a secret.

    Words with digits or signs in them never do. Of joined words ("case-sensitive",
    "wrong,please", "isn't") the first one decides, or any of them when a hyphen or slash joins.
    """
    if _LETTERS_AND_MARKS.fullmatch(word) is None:
        return False
    parts = _PARTS.findall(word)
    if not parts:
        return word.isascii() or len(word) < 3
    if "-" in word.strip("-") or "/" in word.strip("/"):
        return any(_is_plain(part) for part in parts)
    return _is_plain(parts[0]) or (len(parts[0]) == 1 and len(parts) == 1)


def is_nearly_ordinary(word: str) -> bool:
    """Return whether `word` (in small letters) is an ordinary word or one with a slip of the
    finger: two letters swapped, one left out or one too many ("agian", "pleas", "emaill")."""
    if is_ordinary(word):
        return True
    if len(word) < _LEAST_FOR_SLIP:
        return False
    shorter = [word[:at] + word[at + 1 :] for at in range(len(word))]
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    return word in _with_one_left_out() or not _ORDINARY.isdisjoint([*shorter, *swapped])


@lru_cache(maxsize=1)
def _with_one_left_out() -> frozenset[str]:
    return frozenset(
        word[:at] + word[at + 1 :]
        for word in _ORDINARY
        if len(word) > _LEAST_FOR_SLIP
        for at in range(len(word))
    )


def _is_plain(part: str) -> bool:
    return (
        part in _ORDINARY
        or (len(part) >= 5 and part.endswith("ed"))
        or (len(part) >= 6 and _ENDINGS.match(part) is not None)
    )
