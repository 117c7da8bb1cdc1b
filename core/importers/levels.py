"""
Words as clinicians write them: yes, grades, responses, and that there is no value.

Only a whole word is known, whatever its capitals; what is not is left to be asked about. Missing is never "No".
"""

import re
from dataclasses import dataclass


def _words(words: str) -> frozenset[str]:
    """The words of a list whose words may have blanks."""
    return frozenset(words.split("|"))


MISSING = _words(
    "?|??|???|-|–|—|.|/|n.d.|nd|n.d|n/d|n.a.|na|n/a|n.a|nan|null|unk|unk.|unknown|missing|not known|not done"
    "|not available|not tested|not assessed|not applicable|nicht bekannt|nicht bestimmt|unbekannt|k.a.|k.a|ka|n.b."
    "|unbek.|unbek|n. bek.|keine angabe"
    "|entf.|entf|entfällt|fehlt|nb|nc|non connu|inconnu|non fait|desconocido|no disponible"
    "|sconosciuto|onbekend|niet bekend|不详|未知|未做|未测|failed|pending|insufficient|inconclusive|not evaluable|n.e."
    "|nf|n.f.|ne|n.e|not reported|nr|ausstehend|folgt|hämolytisch|haemolysed|hemolyzed|nicht beurteilbar"
    "|nicht auswertbar"
    "|non évaluable|non evaluable|no evaluable|non valutabile|niet evalueerbaar|不可评估|unevaluable|inevaluable"
    "|nicht durchgeführt|nicht gemacht|non réalisé|no realizado|no hecho|non eseguito|non effettuato|niet gedaan"
    "|nicht untersucht|not examined|not performed|non recherché|non effectué|n. b."
    "|nk|n.k.|k. a.|nsp|ne sait pas|no sabe|non so|n.p.|n.v.|en cours|in corso|not drawn|non prélevé"
    "|non prelevato|nicht abgenommen"
    "|non disponible|non disponibile|niet beschikbaar|indisponible|non noto|manquant|mancante|faltante|s/d|s.d."
)
_NOT_EVALUABLE = _words(
    "ne|n.e.|n.e|not evaluable|unevaluable|inevaluable|nicht beurteilbar|nicht auswertbar|non évaluable|non evaluable"
    "|no evaluable|non valutabile|niet evalueerbaar|不可评估"
)
_NOT_DONE = _words(
    "nf|n.f.|not done|nd|n.d.|n.d|n/d|not assessed|not tested|nicht durchgeführt|nicht gemacht|non fait|non réalisé"
    "|no realizado|no hecho|non eseguito|non effettuato|niet gedaan|未做|未测"
)
NOT_EVALUABLE, NOT_DONE = "Not evaluable", "Not done"
UNKNOWN = _words(
    "?|??|???|unk|unk.|unknown|not known|unbekannt|unbek.|unbek|nicht bekannt|inconnu|desconocido|sconosciuto|onbekend"
    "|不详|未知"
)
"""What says that nobody knows whether it was so; an empty cell says nothing."""
_NO_VALUE = re.compile(
    r"(?:no|none|not|non|nicht|keine?|kein|sin|sans|senza|geen|pas de?|aucune?|nessuna?|niet)\s+(?:\w+\s+)?"
    r"(?:data|datos|dati|données|daten|gegevens|info\w*|records?|recorded|document\w*|unterlagen|available|imag\w+"
    r"|bildgebung|pet|pet.ct|ct|mri|mrt|samples?|proben?|specimen|follow.?up|bm|bone marrow|biops\w+|results?"
    r"|résultats?|ergebniss?e?|befunde?|consta|évaluée?|evaluad[oa]|valutat[oa]|evaluated|assessed|assessment|report"
    r"|reported|angaben?|registro|registrado|entry|test|dosage"
    r"|renseignée?|se sabe|valorable|fish|karyot\w+|cytogen\w+)(?:\s+(?:done|performed|available|made|yet|taken"
    r"|durchgeführt|gemacht|vorhanden|disponible|disponibile|realizad[oa]|réalisée?))?",
)
"""What says that nobody knows, in words that begin as a no does: no data, keine Unterlagen, none recorded."""
_MAY_SAY_NO = ("no", "ke", "ni", "si", "sa", "se", "ge", "pa", "au", "ne")
_NONE_OF_IT = re.compile(
    r"(?:no|kein\w*|pas de?|sans|sin|senza|geen|aucune?|nessun\w*)\s+[^\W\d]\S*(?:\s+(?:seen|occurred))?"
)
"""None of what a column is of: no CRS, keine ICANS."""
_LONGEST_MISSING = 100
"""Letters of a cell that may say that there is no value, blanks with them."""
_YES = _words("yes|y|ja|j|oui|o|sí|sì|si|s|sim|是|有|x|+|true|t|pos|1|wahr|vrai|checked")
_NO = _words("no|n|nein|non|não|nee|否|无|false|f|neg|0|falsch|faux|keine|none|unchecked")

_BEFORE_MORE = _words("yes|y|ja|oui|sí|sì|sim|是|no|n|nein|non|não|nee|否")
"""What says yes or no also before something else: 1 dose is no yes."""

_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}
_GRADE = re.compile(
    r"(?P<least>≥|>=)?\s*(?:grade|grad|gr|g|stufe|°)?\s*\.?\s*(?P<least_after>≥|>=)?\s*"
    r"(?P<low>\d|IV|V|I{1,3})\s*[°级]?(?:\s*(?:-|–|/|to|bis)\s*(?P<high>\d|IV|V|I{1,3})\s*°?)?"
    r"\s*\*{0,3}\s*(?:\(?\s*(?:d|day|tag)\s*\+?(?P<day>-?\d{1,4})\s*\)?)?",
    re.IGNORECASE | re.ASCII,
)
_BESIDES_A_GRADE = re.compile(
    r"^(?:yes|ja|oui|sí|sì)[\s,:;]*[(\s,:;](?=g|\d|≥|>|[IV])|(?<=\d)\)$|\s*[(\[](?:astct|lee|ctcae|nci|who|mild|moderate|severe)[^)\]]*[)\]]$",
    re.IGNORECASE,
)
"""What stands beside a grade and says no other: ja, I°; 2 (ASTCT)."""
_NO_EVENT = _words(
    "nil|kein|无|absent|absente|assente|ausente|ninguno|ninguna|nessuno|nessuna|aucun|aucune|geen|nihil|keines|never"
)
HIGHEST_GRADE = 5
ANY_GRADE = "1-5"
"""What a yes says of a grade."""
_SEVERITY = {
    "mild": 1,
    "moderate": 2,
    "severe": 3,
    "life-threatening": 4,
    "life threatening": 4,
    "fatal": 5,
    "death": 5,
}
"""What grades are called in words (CTCAE 5.0)."""
_OF_ANY_GRADE = _words(
    "yes|y|ja|j|oui|sí|sì|si|sim|present|occurred|seen|grade unknown|unknown grade|grade not known|grade not recorded"
    "|grade not given|ungraded|any|any grade|seen, grade not recorded|grad unbekannt|ohne grad|yes, grade unknown"
)
"""What says that there was one, of whatever grade."""

_RESPONSES = {
    "sCR": "scr|s-cr|stringent cr|stringent complete response|stringente cr|stringente komplette remission|rcs|rce"
    "|rc stringente|rc stricte|rc stringent|rcs stringente|remissione completa stringente|respuesta completa estricta"
    "|rc estricta",
    "CR": "cr|complete|complete response|complete remission|komplette remission|komplettremission|rc|réponse complète"
    "|remissione completa|risposta completa|rémission complète|respuesta completa|remisión completa|完全缓解",
    "VGPR": "vgpr|vg-pr|v.g.p.r.|very good partial|very good pr|very good partial response|very good partial remission"
    "|sehr gute pr|sehr gute partielle remission|tbrp|très bonne réponse partielle|mbrp"
    "|muy buena respuesta parcial|risposta parziale molto buona|ottima risposta parziale|非常好的部分缓解",
    "PR": "pr|partial|partial response|partial remission|partielle remission|teilremission|rp|réponse partielle"
    "|risposta parziale|remissione parziale|respuesta parcial|remisión parcial|部分缓解",
    "MR": "mr|minimal|minor response|minimal response|min. resp.|min resp|minimale remission|rm|réponse minime"
    "|réponse mineure|risposta minima|respuesta mínima|微小缓解",
    "SD": "sd|stable|stable disease|stabil|stabile erkrankung|no change|maladie stable|ms"
    "|malattia stabile|enfermedad estable|ee|稳定",
    "PD": "pd|pod|progress|progression|progressed|progressive disease|progressive|progredient|progrediente erkrankung"
    "|pe|maladie progressive|mp|malattia in progressione|progressione|progressione di malattia|progresión|ep"
    "|enfermedad progresiva|rechute|recidiva|recaída|relapse|relapsed|rezidiv|疾病进展",
}
_NOTED_RESPONSE = re.compile(r"(?P<said>.+?)(?:\*+|\s*\((?P<note>[^()]*)\)|[\s,;/(-]+(?:mrd|rmm|mrp)\b.*)")
"""A response with a remark: CR (MRD neg), VGPR*, sCR/MRD-, Complete response (CR)."""
_RESPONSE_OF = {word: response for response, words in _RESPONSES.items() for word in words.split("|")}


def folded(text: str) -> str:
    """A cell without what makes no word another: blanks, capitals, a full stop at its end."""
    return " ".join(text.casefold().split())


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value; an empty one does."""
    if text[:1].isdecimal() or len(text) > _LONGEST_MISSING:
        return False  # as nearly all cells: a million of them are asked
    words = folded(text)
    if not words or words in MISSING:
        return True
    return words.startswith(_MAY_SAY_NO) and " " in words and _NO_VALUE.fullmatch(words) is not None


def why_missing(text: str) -> str | None:
    """What a cell without a value says of why there is none: that it could not be judged, or was not looked at."""
    words = folded(text)
    return NOT_EVALUABLE if words in _NOT_EVALUABLE else NOT_DONE if words in _NOT_DONE else None


def yes_or_no(text: str) -> tuple[bool, str] | None:
    """Whether a cell says yes, with what follows it (yes (t(4;14)), y d1-4); None where it says neither."""
    if not text:
        return None
    first, blank, rest = text.strip().partition(" ")
    said = folded(first)
    if blank and said not in _BEFORE_MORE:
        return None
    rest = rest.strip()
    rest = rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest
    return (said in _YES, rest) if said in _YES | _NO else None


@dataclass(frozen=True)
class GradeBand:
    """A grade, or a band of grades where only that is written; `day` where the cell names one."""

    low: int
    high: int
    day: int | None = None

    @property
    def exists(self) -> bool:
        return 0 <= self.low <= self.high <= HIGHEST_GRADE


_NOTE_OF_A_GRADE = re.compile(
    r"(?<=[\dIV°])\s*\((?!.*\b(?:no|not|nicht|kein\w*|excl\w*|ausgeschl\w*|unlikely|prior|vor|before|d|day|tag|later"
    r"|später|spater|max\w*|wors\w*|then|danach|ensuite|puis|dann|rule\w*|one|two|three|four|five|[IV]+)\b)[^\d?()°]+\)$",
    re.IGNORECASE,
)
"""A note behind a grade that says nothing else of it: 2 (Toci), 3 (steroids)."""


def grade_in(text: str) -> GradeBand | None:
    """
    The grade that a cell says: Gr 2, 2°, II, 1–2, ≥3, 3*, 4 (d12), 2 (Toci); 0 where it says
    none, any from 1 where it only says yes; None where it is no grade.
    """
    words = _BESIDES_A_GRADE.sub("", text.strip().replace("−", "-")).strip()
    words = _NOTE_OF_A_GRADE.sub("", words)
    is_none = folded(words) in _NO_EVENT or yes_or_no(words) == (False, "")
    if is_none or _NONE_OF_IT.fullmatch(folded(words)):
        return GradeBand(0, 0)
    if folded(words) in _OF_ANY_GRADE:
        return GradeBand(1, HIGHEST_GRADE)
    if folded(words) in _SEVERITY:
        return GradeBand(_SEVERITY[folded(words)], _SEVERITY[folded(words)])
    found = _GRADE.fullmatch(words)
    if found is None:
        return None
    low, high = (_ROMAN.get(end.upper()) or int(end) if end else None for end in (found["low"], found["high"]))
    if low is None:
        return None
    if found["least"] or found["least_after"]:
        high = HIGHEST_GRADE if high is None else high
    return GradeBand(low, low if high is None else high, int(found["day"]) if found["day"] else None)


def response_in(text: str) -> str | None:
    """The response of core/cohort/vocabulary.py that a cell says; None where it says none, or two of them."""
    words = folded(text)
    if words in _RESPONSE_OF or "?" in words:
        return _RESPONSE_OF.get(words)
    noted = _NOTED_RESPONSE.fullmatch(words)
    if noted is None:
        return None
    in_note = _RESPONSE_OF.get((noted["note"] or "").strip())
    said = _RESPONSE_OF.get(noted["said"].strip())
    return said if in_note in (None, said) else None
