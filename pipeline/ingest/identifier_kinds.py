"""The kinds of identifier, and what a cell's text must look like to be one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

# What contracts call a kind → what a person reads.
WORDS = {
    "name": "name",
    "nhs_number": "NHS number",
    "upn": "unique pupil number (UPN)",
    "national_insurance_number": "National Insurance number",
    "email": "e-mail address",
    "phone": "phone number",
    "postcode": "full postcode",
    "address": "address",
    "uprn": "property reference (UPRN)",
    "date_of_birth": "date of birth",
    "coordinates": "precise coordinates",
    "vehicle_registration": "vehicle registration",
    "free_text": "free text with identifiers",
}

# The 124 postcode areas of Royal Mail, the Crown dependencies included.
POSTCODE_AREAS = frozenset(
    str.split("""AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN
    EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML
    N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF
    TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE""")
)
POSTCODE = re.compile(
    r"(?<![\w-])([A-Z]{1,2})(?:\d{1,2}|\d[A-Z])( {0,2}|-)(\d[ABD-HJLNP-UW-Z]{2})(?![\w-])", re.IGNORECASE
)
# HMRC, National Insurance Manual NIM39110: neither letter is D, F, I, Q, U or V, the second is not O, these
# prefixes are not given out, and the suffix is A to D.
NATIONAL_INSURANCE = re.compile(
    r"(?<![\w-])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r"(?:\d{6}|([ -]?)\d\d([ -])\d\d\2\d\d\1| ?\d{6} ?)[A-D](?![\w-])",
    re.IGNORECASE,
)
# DVLA, INF104: two letters of a place, two digits of the half-year, three letters.
REGISTRATION = re.compile(r"(?<![\w-])([A-Z]{2})(\d\d)( ?)([A-Z]{3})(?![\w-])", re.IGNORECASE)
MONTHS = frozenset(str.split("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"))
# From the start of a word only: else the time grows with the square of its length.
EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
PHONE = re.compile(
    r"(?<![\w/.-])(?:(?:\+|00)\s?44[\s.-]?(?:\(0\)[\s.-]?)?[1-9]|\(?0[1-9])\d?(?:[\s().-]{0,2}\d){7,9}(?![\w/-]|\.\d)"
)
GROUPED_NHS = re.compile(r"(?<![\w/.-])(?<!\d )\d{3}([ -])\d{3}\1\d{4}(?![\w/-]| \d)")
LABELLED_NHS = re.compile(
    r"(?<![^\W_])NHS[\W_]{0,3}(?:no|num|number|id)?[\W_]{0,3}(\d{3}[ -]?\d{3}[ -]?\d{4})(?!\d)", re.IGNORECASE
)
BARE_NUMBER = re.compile(r"(?<![\w/.-])\d{10,12}(?![\w/-])")
REFERENCE_BEFORE = re.compile(
    r"\b(?:crime|ref\w*|log|incident|case|occurrence|urn|id|no|number|order)\W{0,3}$", re.IGNORECASE
)
UPN = re.compile(r"(?<![\w-])[A-Z]\d{11}[\dA-Z](?![\w-])", re.IGNORECASE)
LABELLED_UPRN = re.compile(r"\bUPRN\W{0,5}\d{6,12}\b", re.IGNORECASE)
_DATE = r"\d{1,4}(?:st|nd|rd|th)?[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ,]{1,2}\d{2,4}"
BIRTH = re.compile(
    rf"\b(?:d\.?\s?o\.?\s?b\b\.?|date of birth|birth ?da(?:te|y)|born)\W{{0,3}}(?:(?:on|is|was)\b)?\W{{0,3}}{_DATE}",
    re.IGNORECASE,
)
# Great Britain lies between 49.8 and 60.9 north, 8.7 west and 1.8 east.
PAIR = re.compile(
    r"(?<![\w.])(?P<north>49\.[89]|5\d\.\d|60\.[0-8])\d{3,}\s*(?:,|;|\s)\s*(?P<east>-[0-8]|[01])\.\d{4,}(?![\w.])"
    r"|(?<![\w.])(?:-[0-8]|[01])\.\d{4,}\s*(?:,|;|\s)\s*(?:49\.[89]|5\d\.\d|60\.[0-8])\d{3,}(?![\w.])"
)
GRID = re.compile(r"(?<![\w-])[HNOST][A-HJ-Z] ?(?:\d{4} \d{4}|\d{5} \d{5})(?![\w-])")
# The house, the street's name, and what it is; of the weak ones all words begin with a capital.
_STRONG = "street|road|avenue|lane|drive|crescent|terrace|grove|gardens|mews|rd|ave"
_WEAK = "St|Dr|Ln|Cres|Gdns|Close|Court|Place|Way|Walk|Square|Row|Rise|View|Hill|Parade|Park"
ADDRESS = re.compile(
    r"(?<![\w.,:/£#-])(?!(?:19|20)\d\d\b)\d{1,4}[A-Za-z]?,? {1,2}"
    rf"((?:[^\W\d_][\w’'.-]{{0,60}} {{1,2}}){{1,3}}?)(?:((?i:{_STRONG}))|(?:{_WEAK}))\b"
)
_AT = re.compile(r"^\W*$|(?:\b(?:at|address|lives|flat \w{1,4}),?:? )$", re.IGNORECASE)
# What stands between a number and a street where the number is no house's.
_NO_STREET = frozenset(
    str.split("""
    a an the and or of in on at to by from near off up down along across outside inside over under with into
    for no not any other public private main residential trunk minor classified unclassified open quiet busy
    same next year years yr yrs old month months week weeks day days hour hours hr hrs minute minutes min
    mins metre metres meter meters m yard yards mile miles am pm people persons person male males female
    females man men woman women boy boys girl girls youth youths child children suspect suspects victim
    victims officer officers offender offenders time times x crown magistrates magistrate county family
    supreme first second third safe railway car retail business industrial science country national theme
    caravan""")
)
WORD_SQUARE = re.compile(r"///[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,}")

# One pass that lets nearly every innocent cell go; RE2's dialect.
SUSPECT = (
    r"@|\+ ?44|\b00 ?44|\(?0[1-9]\d?[\d ().-]{7}|\d{3}[ -]\d{3}[ -]\d{4}|\d{10}|///[a-z]"
    r"|\b[A-Za-z]{1,2}\d[A-Za-z\d]?(?: {0,2}|-)\d[A-Za-z]{2}\b|\b[A-Za-z]{2}[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-Da-d]\b"
    r"|\b[A-Za-z]{2}\d\d ?[A-Za-z]{3}\b|\b[A-Za-z]\d{11}|\d\.\d{4,}[ ,;]+-?\d+\.\d{4}"
    r"|\b[HNOST][A-Z] ?\d{4,5} \d{4,5}\b|(?i:\bd\.? ?o\.? ?b\b|birth|\bborn\b|uprn|\bnhs\b)"
    rf"|\b\d{{1,4}}[A-Za-z]?,? +(?:[A-Za-z][^ \d]* +){{1,3}}(?:(?i:{_STRONG})|{_WEAK})\b"
)

# Kind → what every cell with one that can be little else holds, and few others do: by it the cells are found that
# are too many to look at one by one. RE2's dialect.
PLAIN = {
    "email": r"[^\s@]@[^\s@]+\.[A-Za-z]{2}",
    "phone": r"(?:(?:\+|\b00)\s?44|\(?\b0[1-9])[\d\s().-]{7}",
    "postcode": r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?(?: {0,2}|-)\d[A-Za-z]{2}\b",
    "address": rf"\b\d{{1,4}}[A-Za-z]?,? +(?:[A-Za-z][^ \d]* +){{1,3}}(?:(?i:{_STRONG})|{_WEAK})\b",
    "national_insurance_number": r"\b[A-Za-z]{2}[ -]?\d\d[ -]?\d\d[ -]?\d\d[ -]?[A-Da-d]\b",
    "nhs_number": r"\d{3}[ -]\d{3}[ -]\d{4}|(?i:nhs).{0,16}\d{3}[ -]?\d{3}[ -]?\d{4}",
    "upn": r"\b[A-Za-z]\d{11}[\dA-Za-z]\b",
    "vehicle_registration": r"\b[A-Za-z]{2}\d\d ?[A-Za-z]{3}\b",
    "coordinates": r"\d\.\d{4,}[\s,;]+-?\d+\.\d{4}|\b[HNOST][A-Z] ?\d{4,5} \d{4,5}\b|///[a-z]",
    "uprn": r"(?i:\buprn\b)\W{0,5}\d{6}",
    "date_of_birth": r"(?i:\bd\.? ?o\.? ?b\b|birth|\bborn\b).{0,12}\d",
}


def is_nhs_number(text: str) -> bool:
    from stdnum.gb import nhs

    return nhs.is_valid(text)


def is_upn(text: str) -> bool:
    from stdnum.gb import upn

    return upn.is_valid(text)


# The numbers that Ofcom keeps for drama, which the numbering plan does not hold: tests are full of them.
DRAMA = re.compile(
    r"1\d\d4960\d{3}|(?:289018|292018)\d{3,4}|(?:1632960|7700900|8081570|9098790|3069990)\d{3}"
)


def is_phone(text: str) -> bool:
    """Whether a text is a British phone number; where it is written as one, its length is enough."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text.replace("(0)", ""), "GB")
    except phonenumbers.NumberParseException:
        return False
    if number.country_code != 44:
        return False
    is_written = not text.isalnum() and phonenumbers.is_possible_number(number)
    is_drama = DRAMA.fullmatch(str(number.national_number)) is not None
    return is_written or is_drama or phonenumbers.is_valid_number(number)


def is_postcode(text: str) -> bool:
    found = POSTCODE.search(text)
    if not found:
        return False
    area, space, inward = found.groups()
    # "M6 2nd exit" is a junction.
    is_ordinal = inward[1:] in ("st", "nd", "rd", "th")
    is_mixed = bool(space) and inward != inward.upper() and area.islower() != inward[1:].islower()
    return area.upper() in POSTCODE_AREAS and not is_ordinal and not is_mixed


def holds_address(text: str) -> bool:
    """Whether a text holds the number of a house and its street."""
    for found in ADDRESS.finditer(text):
        words = found.group(1).split()
        is_capital = all(word[0].isupper() for word in words)
        # In small letters only where nothing but a place can be meant.
        is_short = found.group(2) is not None and len(words) < 3 and not found.group()[:4].isdigit()
        is_alone = is_short and _AT.search(text[: found.start()])
        is_street = is_capital or bool(is_alone)
        if is_street and not _NO_STREET.intersection(word.casefold() for word in words):
            return True
    return False


def is_national_insurance_number(text: str) -> bool:
    return NATIONAL_INSURANCE.search(text) is not None


def is_registration(text: str) -> bool:
    found = REGISTRATION.search(text)
    if not found:
        return False
    _, age, space, last = found.groups()
    # "FY24 MAR" is a month.
    is_month = bool(space) and last.upper() in MONTHS
    return int(age) > 1 and not is_month


def is_uprn(text: str) -> bool:
    """Whether a number is built as most property references of AddressBase are: 100…, 200… or 10…."""
    return bool(re.fullmatch(r"(?:100|200)\d{9}|10\d{9}", text))


@dataclass(frozen=True)
class Code:
    """A kind of identifier that is one token of letters and digits, and may be something else by chance.

    Shapes: 9 is a digit, A a letter, X either, any other character itself. `chance` is how often something
    else of that shape passes the check, `stray_chance` how often something else of that length has the shape
    and passes; both are upper bounds. Neighbours are cells so alike that they speak for something else.
    """

    kind: str
    shapes: tuple[str, ...]
    is_valid: Callable[[str], bool]
    chance: float
    stray_chance: float
    neighbours: tuple[str, ...] = ()
    # Whether references that a computer counts up could pass one and all.
    can_be_reference: bool = False
    # How those begin that are given out, and what share of all that have the shape does.
    issued: str = ""
    issued_share: float = 1
    # Cells alike in so many first characters may come from one counter, and are one piece of evidence.
    alike: int = 5
    # By how many first characters one is told from somebody's own codes, which begin alike.
    stray_starts: tuple[int, ...] = ()


CODES = (
    # England and Wales: 400 to 499 and 600 to 799 million, and the check digit; of numbers that begin with 1 to 9.
    Code(
        "nhs_number",
        ("9" * 10,),
        is_nhs_number,
        1 / 11,
        1 / 11,
        ("9" * 9, "9" * 11),
        issued="[467]",
        issued_share=1 / 3,
    ),
    Code("upn", ("A" + "9" * 11 + "X",), is_upn, 1 / 23, 2e-4, stray_starts=(1, 4)),
    Code("national_insurance_number", ("AA999999A",), is_national_insurance_number, 0, 3e-3),
    Code("vehicle_registration", ("AA99AAA",), is_registration, 0, 1e-2),
    Code("postcode", ("A99AA", "AX99AA", "AXX9AA", "AA9X9AA"), is_postcode, 0, 2e-2),
    Code(
        "phone",
        ("0" + "9" * 9, "0" + "9" * 10, "44" + "9" * 10),
        is_phone,
        0.5,
        0.5,
        ("9" * 10, "9" * 9),
        True,
    ),
    Code("uprn", ("9" * 11, "9" * 12), is_uprn, 0.5, 0.5, ("9" * 9, "9" * 10), True),
)


# NHS numbers beside marks or letters (4121547284-0, 7684268465.0): only a whole column of them tells.
EMBEDDED = Code("embedded_nhs_number", (), is_nhs_number, 1 / 11, 1 / 11, issued="[467]", issued_share=1 / 3)


def find_kinds(text: str) -> set[str]:
    """The kinds, names aside, of which the text holds one that can be little else."""
    kinds = {
        kind
        for kind, pattern in (
            ("email", EMAIL),
            ("date_of_birth", BIRTH),
            ("coordinates", PAIR),
            ("coordinates", GRID),
            ("coordinates", WORD_SQUARE),
            ("uprn", LABELLED_UPRN),
        )
        if pattern.search(text)
    }
    kinds |= {
        kind
        for kind, pattern, is_valid in (
            ("nhs_number", GROUPED_NHS, is_nhs_number),
            ("phone", PHONE, is_phone),
            ("upn", UPN, is_upn),
            ("national_insurance_number", NATIONAL_INSURANCE, is_national_insurance_number),
            ("postcode", POSTCODE, is_postcode),
            ("vehicle_registration", REGISTRATION, is_registration),
        )
        if any(is_valid(found.group()) for found in pattern.finditer(text))
    }
    if any(is_nhs_number(found.group(1)) for found in LABELLED_NHS.finditer(text)):
        kinds.add("nhs_number")
    if holds_address(text):
        kinds.add("address")
    return kinds


def find_embedded(text: str) -> str:
    """The ten digits that a cell holds beside marks, words or leading zeros (`4121547284-0`), or an empty text."""
    runs = [run for run in re.findall(r"\d+", text) if len(run) > 8]
    number = runs[0].lstrip("0") if len(runs) == 1 and len(runs[0]) <= 14 else ""
    return number if len(number) == 10 and number != text else ""


def holds_bare_number(text: str) -> bool:
    """Whether running text holds an NHS number or a property reference that is not called somebody's reference."""
    return any(
        (is_nhs_number(found.group()) or is_uprn(found.group()))
        and not REFERENCE_BEFORE.search(text[: found.start()])
        for found in BARE_NUMBER.finditer(text)
    )
