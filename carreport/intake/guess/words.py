"""Words by which columns are known: English, and the commonest German and Spanish ones."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

PATIENT: Final = (
    r"patient( ?(id|no|nr|number|code|nummer|identifier))?|pat( ?(id|no|nr))?|pid|subject( ?(id|no|number))?|subjid|"
    r"usubjid|participant( ?id)?|record ?id|study ?(id|no|number)|case( ?(id|no))?|id|patienten(nummer| nr| id)|"
    r"paciente|n(o|um|umero)? ?(de )?paciente|id ?paciente"
)
IDENTIFYING: Final = (
    r"(sur|last |first |full |family |given )?name|(date of )?birth( ?(date|day))?|dob|initials|mrn|address|street|"
    r"phone.*|e ?mail|zip.*|postcode|ssn|insurance.*|geburts.*|nach ?name|vor ?name|adresse|"
    r"nombre|apellidos?|fecha de nacimiento"
)
REMARK: Final = r".*\b(comments?|remarks?|notes?|bemerkung\w*|kommentar\w*|comentarios?|notas?|observacion\w*)\b.*"
START: Final = (
    r".*(first infusion|first dose|infusion 1|treatment start|start of (treatment|therapy)|therapy start).*|"
    r"(date of |date )?(infusion|enrol?lment|inclusion|registration|randomi[sz]ation|entry|start|baseline|day 0)( date)?|"
    r"start ?date|(study|inclusion|enrol?led|randomi[sz]ed)( date| on)?|"
    r".*(erste infusion|ersten infusion|therapiebeginn|einschluss|studienbeginn).*|fecha de (inicio|inclusion|infusion)"
)
DEATH: Final = r".*\b(death|died|deceased|tod|todes\w*|gestorben|verstorben|muerte|fallecimiento|defuncion)\b.*"
VITAL: Final = r".*\b(vital|status|alive|dead|died|survival|estado|lebt|verstorben)\b.*"
CAUSE: Final = r".*(cause of death|death cause|todesursache|causa de (la )?muerte).*"
LAST: Final = (
    r".*(last (contact|follow ?up|seen|visit|known alive|fu|news)|(date of )?last fu|follow ?up date|date of follow ?up|"
    r"letzte[rn]? (kontakt|visite)|letztes fu|ultim[oa] (contacto|visita|seguimiento)).*"
)
GROUP: Final = (
    r"(treatment |study |planned |actual )?(arm|group|cohort|stratum|treatment|trt|tx|trt01[ap]|rx)( group)?|allocation|randomi[sz]ed to|"
    r"gruppe|kohorte|behandlungsarm|behandlung|grupo|brazo|cohorte|tratamiento"
)
EVENTS: Final = (
    ("relapse", r".*\b(relapse[ds]?|recurrence|rezidiv|recidiva|recaida)\b.*"),
    ("progression", r".*\b(progression|progress(ed)?|progredienz|progresion|pd)\b.*"),
    ("transplant", r".*\b(transplant(ation)?|hsct|sct|trasplante)\b.*"),
    ("response", r".*\b(response|remission|ansprechen|respuesta)\b.*"),
)  # fmt: skip
ADVERSE: Final = r".*\b(adverse|aes?|toxicit(y|ies)|side effects?|nebenwirkung\w*|unerwunscht\w*|toxicidad\w*|eventos? adversos?)\b.*"
INFUSIONS: Final = r".*\b(infusions?|dosing|doses?|cycles?|administration\w*|exposure|infusion\w*|gaben|dosis|infusiones)\b.*"
MEASURED: Final = r".*\b(labs?|laborator\w*|measurements?|markers?|biomarkers?|labor\w*|laboratorio|mediciones)\b.*"
HAPPENED: Final = r".*\b(events?|outcomes?|follow ?up|status|ereignis\w*|eventos?)\b.*"
TERM: Final = r"(adverse )?(event|term|toxicity|ae)( term| name)?|preferred term|aeterm|aedecod|ereignis|nebenwirkung|evento( adverso)?|toxicidad|adverse event.*"
CATEGORY: Final = r".*(category|soc|system organ class|body system|kategorie|organsystem|categoria)"
GRADE: Final = r".*\b(grade|ctcae|severity|grad|schweregrad|grado|gravedad|toxgr)\b.*"
ONSET: Final = r".*\b(onset|start|begin|began|from|beginn|inicio|date)\b.*"
END: Final = r".*\b(end|resol\w*|stop|until|ende|fin|recovered)\b.*"
SERIOUS: Final = r".*\b(serious|sae|schwerwiegend|seri[oa]|grave)\b.*"
RELATED: Final = r".*\b(relat\w*|causality|attribution|zusammenhang|relacion\w*)\b.*"
ANALYTE: Final = (
    r".*\b(analyte|test|parameter|marker|lab|assay|prueba|parametro|messwert)( name)?\b.*"
)
VALUE: Final = r".*\b(value|result|level|concentration|wert|ergebnis|valor|resultado)\b.*"
UNIT: Final = r".*\b(units?|einheit|unidad)\b.*"
DATE: Final = r".*\b(date|day|datum|tag|fecha|dia|sampled|collected|taken|on)\b.*"
NUMBER: Final = r".*\b(no|nr|number|cycle|infusion|dose number|nummer|zyklus|ciclo|numero)\b.*"
DOSE: Final = r".*\b(dose|dosis|amount|dosage)\b.*"
EVENT: Final = r".*\b(event|outcome|what|ereignis|evento)\b.*"
DETAIL: Final = r".*\b(detail|cause|type|comment|reason|specify|art|ursache|detalle|causa)\b.*"
REPEATED: Final = re.compile(
    r"(?P<stem>.+?)[\s_.,-]*\(?\b(?:day|d|tag|dia|día)[\s_.]*(?P<day>-?\d{1,3})\)?(?P<rest>\s*[\[(].*[\])])?",
    re.IGNORECASE,
)
_GLUED: Final = re.compile(r"(?P<stem>.+?)[_ ](?:d|day|tag)(?P<day>\d{1,3})", re.IGNORECASE)
ENDPOINT: Final = re.compile(
    r"\b(os|pfs|efs|rfs|dfs|lfs|ttp|ttr|overall survival|progression free survival|survival)\b"
)
SHORT: Final = {"overall survival": "os", "survival": "os", "progression free survival": "pfs"}
TIME: Final = re.compile(
    r"\b(time|months?|days?|weeks?|years?|duration|monate?|tage|jahre|meses|dias|mo|yrs?)\b"
)
STATUS: Final = re.compile(r"\b(status|event|cens\w*|indicator|dead|ereignis|estado)\b")
UNITS: Final = (
    ("months", r"\b(months?|mo|monate?|meses)\b"), ("weeks", r"\b(weeks?|wochen|semanas)\b"),
    ("years", r"\b(years?|yrs?|jahre|anos)\b"), ("days", r"\b(days?|tage|dias)\b"),
)  # fmt: skip
HAPPENED_VALUES: Final = frozenset(
    {"1", "yes", "y", "true", "event", "dead", "died", "death", "deceased", "progressed", "relapsed",
     "ja", "tot", "verstorben", "si", "muerto", "x"}
)  # fmt: skip
OPEN_VALUES: Final = frozenset(
    {"0", "no", "n", "false", "censored", "alive", "cens", "nein", "lebt", "lebend", "vivo", "none"}
)
_PARENS: Final = re.compile(r"[(\[]([^)\]]*)[)\]]\s*$")


def plain(text: str) -> str:
    """
    A name as the words above know it: lower case, no accents, spaces between words.

    >>> plain("Date_of Death (dd.mm.yyyy)"), plain("Último contacto")
    ('date of death dd mm yyyy', 'ultimo contacto')
    """
    parts = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", text))
    letters = "".join(sign for sign in parts if not unicodedata.combining(sign)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def is_like(pattern: str, *texts: str) -> bool:
    """Whether one of some names is wholly of a pattern, with or without what stands in brackets."""
    return any(
        re.fullmatch(pattern, form)
        for text in texts
        if text
        for form in {plain(text), plain(_PARENS.sub("", text))}
    )


def bracketed(text: str) -> str:
    """
    What stands in brackets at the end of a name: usually a unit.

    >>> bracketed("CRP (mg/L)")
    'mg/L'
    """
    found = _PARENS.search(text)
    return found[1].strip() if found else ""


def repeated(name: str) -> tuple[str, int, str] | None:
    """
    Stem, day and unit of a column that stands for one day.

    >>> repeated("CRP (mg/L) day 7"), repeated("crp_d14"), repeated("Age")
    (('CRP', 7, 'mg/L'), ('crp', 14, ''), None)
    """
    found = REPEATED.fullmatch(name) or _GLUED.fullmatch(name)
    if not found:
        return None
    rest = found.groupdict().get("rest") or ""
    stem = found["stem"].strip(" _-,(")
    unit = bracketed(rest.strip()) or bracketed(stem)
    return _PARENS.sub("", stem).strip(), int(found["day"]), unit
