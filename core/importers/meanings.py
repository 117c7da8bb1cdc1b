"""What columns of CAR-T spreadsheets are called, in the languages of those who keep them, and what they then are."""

from dataclasses import dataclass

from core.cohort.vocabulary import CRS
from core.importers import mapping as m


@dataclass(frozen=True)
class Known:
    """
    A meaning and its names. Of a variable: its label, kind, unit and section, the range
    in which a value can be true, and for each level the words that say it.
    """

    role: str
    of: str = ""
    names: tuple[str, ...] = ()
    label: str = ""
    kind: str = ""
    unit: str = ""
    section: str = "more"
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    between: tuple[float, float] | None = None


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split("|"))


def _known(role: str, names: str, of: str = "") -> Known:
    return Known(role, of, _names(names))


def _number(of: str, label: str, unit: str, names: str, least: float, most: float, section: str = "more") -> Known:
    return Known(m.VARIABLE, of, _names(names), label, "number", unit, section, (), (least, most))


def _category(of: str, label: str, names: str, levels: str, section: str = "more", kind: str = "category") -> Known:
    """The levels as `level=word|word; level=word`."""
    words = [one.strip().partition("=") for one in levels.split(";")]
    found = tuple((level, (level.casefold(), *_names(said))) for level, _, said in words)
    return Known(m.VARIABLE, of, _names(names), label, kind, "", section, found)


def _flag(of: str, label: str, names: str, section: str = "more", yes: str = "", no: str = "") -> Known:
    """A flag; `yes` and `no` are words that say so of it alone."""
    levels = tuple((level, _names(words)) for level, words in (("Yes", yes), ("No", no)) if words)
    return Known(m.VARIABLE, of, _names(names), label, "flag", "", section, levels)


KNOWN: tuple[Known, ...] = (
    _known(
        m.PATIENT,
        "patient|patient id|patient_id|pt id|pat id|pat nr|patnr|pat no|pat|id|upn|subject|subject id|usubjid|subjid"
        "|record id|record_id|study id|case id|participant|participant id|pid|patienten id|patientennummer|pt|pt no"
        "|study no|study number|patient number|patient no|pseudonym|pseudonym id|identifiant|código|pat. nr",
    ),
    _known(
        m.PRIVATE,
        "name|patient name|surname|last name|first name|nachname|vorname|initials|init|initialen|dob|date of birth"
        "|birth date|birthdate|born|geburtsdatum|geb datum|geb|dob year|birth year|year of birth|geburtsjahr|phone"
        "|telephone|telefon|tel|mobile|handy|email|e mail|address|adresse|street|city|postcode|zip|zip code|plz|wohnort"
        "|mrn|medical record number|hospital number|hosp no|hospital no|fallnummer|case number|fall nr|insurance"
        "|insurance number|versichertennummer|ssn|nhs number|nhs no|social security|brthdt|nom|prénom|prenom"
        "|date de naissance|apellido|nombre|fecha de nacimiento|cognome|nome|data di nascita|next of kin|gp|hausarzt"
        "|physician|referring physician|passport|national id|family name|given name|maiden name|aktenzeichen|sv nummer",
    ),
    _known(
        m.LEFT_OUT,
        "no|nr|number|lfd nr|row|index|comment|comments|remark|remarks|note|notes|bemerkung|bemerkungen|kommentar"
        "|anmerkung|max grade|auftrag|uhrzeit|time of day|referenz|reference|initialisiert|observaciones|commentaire",
    ),
    _known(
        m.INFUSION,
        "infusion|infusion date|date of infusion|infusionsdatum|car t infusion|car t date|cart date|car t infusion date"
        "|d0|day 0|tag 0|date of car t|reinfusion|trtsdt|infusion_date|datum infusion|date d injection|date of cart"
        "|cell infusion|cart infusion|car t cell infusion|date infusion|infusion day|fecha de infusión|inf date",
    ),
    _known(
        m.PROGRESSION,
        "date pd|pd date|pd_date|date of pd|progression date|date of progression|progressdatum|progression|relapse"
        "|relapse date|date of relapse|rezidivdatum|date relapse|date progression|datum progress|datum pd|rezidiv"
        "|date of progression or relapse|progression relapse date|date de progression|date of first progression",
    ),
    _known(
        m.DEATH,
        "date of death|death date|death_date|dod|todesdatum|death|sterbedatum|died on|date death|datum tod|dthdt|deceased"
        "|date de décès|date décès|fecha de muerte|died|exitus",
    ),
    _known(
        m.LAST_CONTACT,
        "last contact|last_contact|date of last contact|last follow up|last follow up date|last fu|date last fu|lfu|fu"
        "|letzter kontakt|last seen|last visit|follow up|date of last follow up|last known alive|last alive|lstalvdt"
        "|letzte visite|letztes follow up|date last contact|last contact date|dernier contact|dernières nouvelles"
        "|date des dernières nouvelles|fu date|datum letzter kontakt|last observation|last date",
    ),
    _known(
        m.LAST_ASSESSMENT,
        "last assessm|last assessment|last response assessment|last evaluation|last disease assessment|letzte beurteilung"
        "|last staging|letztes staging|date of last assessment",
    ),
    _known(m.CUTOFF, "datenschnitt|data cutoff|data cut off|cutoff|cut off|dco|cut off date"),
    _known(
        m.PROGRESSED,
        "pd|pd?|progressed|progress|progression yes no|relapsed|relapse yes no|progression status|relapsed?"
        "|progressed?|progression event|relapse status",
    ),
    _known(
        m.VITAL,
        "status|vital|vital status|vitalstatus|alive|survival status|dead|life status|alive dead|death status|survival"
        "|überlebensstatus|alive or dead|status at last contact|lebensstatus|statut vital",
    ),
    _known(
        m.CAUSE,
        "cause|cause of death|cod|todesursache|death cause|reason of death|cause de décès|cause of death|death reason",
    ),
    _known(
        m.MONTHS,
        "pfs|pfs months|pfs mo|pfs days|pfs d|pfs time|pfs wk|pfs weeks|pfs time months|time to pfs|pfs years",
        "PFS",
    ),
    _known(m.MONTHS, "os|os months|os mo|os days|os d|os time|os wk|os weeks|os years|overall survival|time", "OS"),
    _known(m.MONTHS, "efs|efs months|efs mo|efs days|efs time", "EFS"),
    _known(m.MONTHS, "rel d|relapse months|relapse days|time to relapse|ttr|relapse time", "Relapse"),
    _known(m.MONTHS, "ttp|ttp months|ttp days|time to progression|ptime", "TTP"),
    _known(m.MONTHS, "ttnt|ttnt months|ttnt days|time to next treatment|time to next therapy", "TTNT"),
    _known(
        m.STATUS,
        "pfs st|pfs status|pfs event|pfs cens|pfs censor|event pfs|pfs censored|pfs cnsr|pfs event 1 yes",
        "PFS",
    ),
    _known(m.STATUS, "os st|os status|os event|os cens|os censor|event os|os censored|os cnsr", "OS"),
    _known(m.STATUS, "efs st|efs status|efs event|efs cens", "EFS"),
    _known(m.STATUS, "rel code|relapse event|rel st|relapse code|rel status", "Relapse"),
    _known(m.STATUS, "ttp st|ttp event|ttp status|pstat", "TTP"),
    _known(m.STATUS, "ttnt st|ttnt event|ttnt status", "TTNT"),
    _known(
        m.BEST_RESPONSE,
        "best|best response|best resp|bor|bestes ansprechen|resp|response|overall response|best overall response"
        "|best imwg response|ansprechen|remission|meilleure réponse|mejor respuesta|best remission|imwg response",
    ),
    _known(
        m.BEST_RESPONSE_DATE,
        "datum bestes ansprechen|date of best response|best response date|date best response|resp wk|resp d|resp day"
        "|response day|response week|best response day|day of best response|resp mo",
    ),
    _known(m.MRD, "mrd|mrd best|best mrd|mrd status|mrd result|mrd negativity|mrd 10 5|mrd neg|mrd negative"),
    _known(m.GRADE, "crs|crs grade|crs grad|crs max|max crs|worst crs|cytokine release syndrome|crs gr|crs astct", CRS),
    _known(m.GRADE, "icans|icans grade|icans grad|icans max|max icans|worst icans|icans gr|neurotoxicity|ice", "ICANS"),
    _known(m.GRADE, "iec hs|iechs|hlh mas|iec hs grade|mas hlh", "IEC-HS"),
    _known(
        m.ONSET,
        "crs onset|crs day|crs d|crs beginn|crs start|day of crs|crs onset day|crs date|crs beginn tag|crs tag",
        CRS,
    ),
    _known(
        m.ONSET,
        "icans onset|icans day|icans d|icans beginn|icans start|icans onset day|icans date|icans tag",
        "ICANS",
    ),
    _known(m.TREATMENT, "toci|tocilizumab|tocilizumab doses|tocilizumab gaben|tocilizumab given|roactemra", "tocilizumab"),
    _known(
        m.TREATMENT,
        "dexa|dexamethasone|steroid|steroids|corticosteroids|kortikosteroide|steroide|dexamethason|prednisone",
        "corticosteroids",
    ),
    _known(m.TREATMENT, "anakinra", "anakinra"),
    _category(
        "emd",
        "Extramedullary disease",
        "emd|extramedullary disease|extramedullary|extramedullär|emm|emd status|emd type|em disease|emd at infusion",
        "No EMD=none|no|nein|n|non|keine|kein|absent|negative|neg|0 none|no emd|non emd|without"
        "; EM-B=em-b|emb|paraskeletal|paraskelettal|paraosseous|paramedullary|bone related|bone-related|para-skeletal"
        "|bone|ossär|intramedullary bone|pmd|em b"
        "; EM-E=em-e|eme|extramed.|extramedullary|extraossär|extraosseous|extra-osseous|soft tissue|weichteil"
        "|extramedullär|visceral|em e",
        "first",
    ),
    _flag(
        "prior_asct",
        "Prior ASCT",
        "asct|prior asct|aszt|asct yes no|prior transplant|transplant|autologous transplant|hdt asct|prior sct|auto sct"
        "|previous asct|asct before|prior auto|stammzelltransplantation|prior asct yes no|prior transplantation",
        "first",
        "tandem|double|single|tandem asct|double asct",
    ),
    _number(
        "bcma_percent",
        "BCMA expression",
        "%",
        "bcma|bcma %|bcma percent|bcma expression|bcma expression %|bcma frac|bcma pos|bcma positive|bcma expr"
        "|bcma pc|bcma on plasma cells|bcma fraction|bcma+",
        0,
        100,
        "first",
    ),
    _number(
        "dose_1e8_cells",
        "Infused dose",
        "×10⁸ cells",
        "dose|dose car t cells|dose car+ t cells|cells|car t dose|cell dose|zelldosis|infused dose|infused cells|cells e6"
        "|dose 10^6|cells x10^6|car t cell dose|dosis|dose 10^8|car+ cells|cart dose|total dose|dose x10^6|dose (10^8)",
        0.01,
        50,
        "first",
    ),
    _number(
        "age_years",
        "Age",
        "years",
        "age|alter|age years|age at infusion|alter bei infusion|age at car t|edad|âge|age y|age at treatment",
        0,
        110,
    ),
    _category(
        "sex",
        "Sex",
        "sex|gender|geschlecht|sex 1 m 2 f|m f|sexe|sexo|sesso|male female",
        "Female=f|w|female|weiblich|woman|femme|femenino|fem|frau|mujer|donna"
        "; Male=m|male|männlich|man|homme|masculino|masc|mann|hombre|uomo",
    ),
    Known(m.ISOTYPE, "monoclonal_protein", _names("isotype|paraprotein type|ig type|mm type|myeloma type|type of myeloma")),
    _category(
        "monoclonal_protein",
        "Monoclonal protein",
        "monoclonal protein|paraprotein|m protein type|heavy chain|schwerkette|paraproteintyp",
        "IgG=igg; IgA=iga; IgD=igd; IgM=igm; IgE=ige"
        "; Light chain=lc|light chain|leichtketten|leichtkette|bence jones|bj|light chain only"
        "; Non-secretory=non secretory|nonsecretory|non-secretory|asekretorisch|ns|non-secr.|nicht sekretorisch",
    ),
    _category(
        "light_chain",
        "Light chain",
        "light chain|leichtkette|lc|lc type|light chain type|kappa lambda",
        "κ=k|kappa|κ|kap; λ=l|lambda|λ|lam",
    ),
    _category("iss_stage", "ISS stage", "iss|iss stage|iss stadium", "I=1|i|stage i|stage 1; II=2|ii|stage ii|stage 2"
              "; III=3|iii|stage iii|stage 3"),
    _category("riss_stage", "R-ISS stage", "r iss|riss|r iss stage|revised iss|r2 iss", "I=1|i|stage i|stage 1"
              "; II=2|ii|stage ii|stage 2; III=3|iii|stage iii|stage 3"),
    _number("prior_lines", "Prior lines", "lines", "prior lines|lines|lot|anzahl vortherapien|prior lines of therapy"
            "|lines of therapy|no of prior lines|number of prior lines|vortherapien|n lines|previous lines|prior therapies"
            "|prior lot|number of prior therapies", 0, 30),
    _flag("high_risk", "High-risk cytogenetics", "hr cytogen|high risk|high risk cytogenetics|hochrisiko zytogenetik|hrca"
          "|hr cytogenetics|high risk cyto|cytogenetics high risk|hochrisiko|hr cyto|cytogenetic risk", "more", "high|high risk|hr|hochrisiko", "standard|standard risk|low|low risk"),
    _flag("triple_refractory", "Triple-class refractory", "triple class refr|tcr|triple class refractory|triple refractory"
          "|dreifach refraktär|triple refr|triple class"),
    _flag("penta_refractory", "Penta-refractory", "pentar|penta refractory|penta refr|penta drug refractory"),
    _number("transduction_percent", "Transduction efficiency", "%", "transd|transd %|transduction|transduction %"
            "|transduction efficiency|transduktion|transduction rate", 0, 100),
    _number("weight_kg", "Weight", "kg", "weight|weight kg|gewicht|gewicht kg|wt kg|wt|body weight", 20, 300),
    _number("height_cm", "Height", "cm", "height|height cm|größe|größe cm|groesse", 100, 250),
    _number("ldh", "LDH", "U/L", "ldh|ldh u l|lactate dehydrogenase", 0, 20_000),
    _number("ferritin", "Ferritin", "ng/mL", "ferritin|ferr|ferritin ng ml", 0, 200_000),
    _category("ecog", "ECOG", "ecog|ecog ps|performance status", "0=0; 1=1; 2=2; 3=3; 4=4"),
    Known(m.VARIABLE, "product", _names("product|präparat|car t product|cart product|construct|produit"), "Product",
          "category"),
    Known(m.VARIABLE, "centre", _names("centre|center|zentrum|site|hospital|klinik"), "Centre", "category"),
)  # fmt: skip
"""Columns of a sheet with one row a patient."""

LONG: tuple[Known, ...] = (
    _known(m.TERM, "term|event|ae|adverse event|ae term|aedecod|ae pt|preferred term|toxicity|ereignis|aeterm|pt term"
           "|nebenwirkung|adverse event term|ae name"),
    _known(m.GRADE, "grade|grad|ae grade|ctcae grade|gr|toxgr|aetoxgr|max grade|worst grade|ctc grade|severity grade"),
    _known(m.ONSET, "start|start date|onset|onset date|onset day|start day|aestdt|beginn|from|ae start|day of onset|astdt"
           "|onset_day|ae onset|ae start date"),
    _known(m.ENDS, "end|end date|end day|stop|stop date|ende|resolved|resolution date|to|aeendt|ae end|aendt|end_day"
           "|ae end date|ae stop"),
    _known(m.CATEGORY, "category|soc|system organ class|aebodsys|group|kategorie|ae category"),
    _known(m.GRADING, "scale|grading|grading system|criteria|ctcae version|skala|graded by"),
    _known(m.SERIOUS, "serious|sae|aeser|schwerwiegend"),
    _known(m.ANALYTE, "analyte|parameter|test|lab|lab test|marker|param|paramcd|untersuchung|analyt|laboratory test"
           "|lab name|measurement|assay|component"),
    _known(m.VALUE, "value|result|ergebnis|wert|aval|lab value|messwert|lab result|numeric result|resultat"),
    _known(m.UNIT, "unit|units|einheit|lab unit|avalu|unité|result unit"),
    _known(m.DAY, "date|sample date|day|abnahmedatum|datum|lab date|study day|tag|ady|adt|sampling date|visit date"
           "|collection date|date of sample|assessment date|resp date|days|day after infusion|sample day|collected"),
    _known(m.RESPONSE, "response|resp|ansprechen|response category|imwg response|assessment|remission|avalc"),
    _known(m.MRD, "mrd|mrd result|mrd status"),
    _known(m.ENDPOINT, "endpoint|paramcd|param|endpunkt"),
    _known(m.MONTHS, "months|time|aval|days|time months"),
    _known(m.STATUS, "status|cnsr|event|censor|censored"),
)  # fmt: skip
"""Columns of a sheet with one row an event, a measurement, an assessment or an endpoint."""

ANALYTES: dict[str, str] = {
    "CRP": "crp|c reactive protein|c reaktives protein|c-reaktives protein|hscrp",
    "Ferritin": "ferritin|ferr|fer",
    "Haemoglobin": "hb|hgb|haemoglobin|hemoglobin|hämoglobin",
    "ANC": "anc|neutrophils|neutrophil count|neutrophile|neutrophile absolut|neutrophile abs|absolute neutrophil count"
    "|neutro|gran|neut",
    "Leukocytes": "wbc|leukocytes|leukozyten|leuko|white blood cells|leucocytes",
    "Lymphocytes": "alc|lymphocytes|lymphozyten|absolute lymphocyte count|lympho",
    "Platelets": "plt|platelets|thrombozyten|thrombo|platelet count|thrombocytes",
    "IgG": "igg|immunoglobulin g",
    "IgA": "iga|immunoglobulin a",
    "IgM": "igm|immunoglobulin m",
    "M-protein": "m protein|m spike|paraprotein|m gradient|spep|m-protein",
    "Albumin": "albumin|alb",
    "LDH": "ldh|lactate dehydrogenase",
    "Creatinine": "creatinine|creat|kreatinin|crea|krea",
    "β2-microglobulin": "b2m|beta 2 microglobulin|β2 microglobulin|beta2 microglobulin|b2 microglobulin",
    "IL-6": "il6|il 6|il-6|interleukin 6|interleukin-6",
    "CAR-T copies": "car t copies|cart copies|car transgene|vcn|transgene|vector copies|car copies|car transgene copies"
    "|cart log|car t transgene",
    "CAR-T cells": "car t cells|car+ t cells|car t cells blood|cart cells|car+ cells",
}
"""What analytes are called."""

TERMS: dict[str, str] = {
    CRS: "crs|cytokine release|cytokine release syndrome|cytokine-release syndrome|zytokinsturm",
    "ICANS": "icans|neurotoxicity syndrome|immune effector cell-associated neurotoxicity syndrome",
    "IEC-HS": "iec-hs|iec hs|iechs",
    "Neutropenia": "neutropenia|neutrophil count decreased|neutropenie",
    "Thrombocytopenia": "thrombocytopenia|platelet count decreased|thrombopenie|thrombozytopenie",
    "Anaemia": "anaemia|anemia|anämie",
    "Febrile neutropenia": "febrile neutropenia|fn|febrile neutropenie",
    "Lymphopenia": "lymphopenia|lymphocyte count decreased|lymphopenie",
    "Leukopenia": "leukopenia|white blood cell decreased|leukopenie",
    "Hypogammaglobulinaemia": "hypogammaglobulinaemia|hypogammaglobulinemia|hypogamma",
    "Upper respiratory infection": "upper respiratory infection|urti|upper respiratory tract infection",
    "CMV reactivation": "cmv reactivation|cmv|cmv infection reactivation|cytomegalovirus reactivation",
    "ALT increased": "alt increased|alt ↑|alt|alanine aminotransferase increased",
    "AST increased": "ast increased|ast ↑|ast|aspartate aminotransferase increased",
    "Creatinine increased": "creatinine increased|creatinine ↑",
}
"""What adverse events are called, where one has several names; any other term keeps its own."""

POSSIBLE: dict[str, tuple[float, float]] = {
    "CRP": (0, 700), "Ferritin": (0, 200_000), "Haemoglobin": (1, 25), "ANC": (0, 200), "Leukocytes": (0, 500),
    "Lymphocytes": (0, 300), "Platelets": (0, 3_000), "IgG": (0, 150), "IgA": (0, 150), "IgM": (0, 150),
    "M-protein": (0, 150), "Albumin": (5, 70), "LDH": (0, 20_000), "Creatinine": (0.05, 30), "IL-6": (0, 1e6),
    "β2-microglobulin": (0, 100), "CAR-T copies": (0, 1e8), "CAR-T cells": (0, 1e6),
}  # fmt: skip
"""Between which values, in the unit of core/importers/units.py, a measurement can be true; a wider one is a wrong unit."""

CAUSES: dict[str, str] = {
    "progression": "pd|progression|progress|myeloma|mm|grunderkrankung|disease|disease progression|relapse|rezidiv"
    "|progressive disease",
    "infection": "infection|sepsis|infektion|pneumonia|covid|covid-19|septic shock",
    "cardiac": "cardiac|kardial|heart",
}
"""Causes of death that have several names; any other keeps its own."""
