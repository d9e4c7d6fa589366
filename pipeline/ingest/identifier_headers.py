"""What a supplier's header says of its column: an identifier, a place, a reference, or nothing."""

from __future__ import annotations

import re

_PERSON = str.split("""
    victim suspect patient pupil child offender perpetrator person client student parent mother father
carer guardian witness complainant accused defendant subject nominal survivor learner member user customer
resident tenant employee staff officer teacher gp doctor practitioner worker author applicant respondent
informant caller reporter kin next of contact emergency sibling partner spouse aggrieved injured party ip aggr
young adult individual detainee baby head interviewer owner keeper driver rider referrer""")
_WHERE = str.split("""
    home current previous permanent temporary usual main primary secondary work business school incident
offence crime location event assault injury residential residence correspondence postal billing the full new old
normal registered property premises site venue callout pickup scene""")
_BEFORE = "|".join(sorted({*_PERSON, *_WHERE}, key=len, reverse=True))
_NUMBER = "(?:_?(?:no|num|nos|number|numbers|nr))"
_CORES = {
    "name": "(?:first|given|fore|middle|last|family|sur|full|maiden|birth|preferred|christian|legal|known)"
    "_?names?|f_?name|l_?name|s_?name|alias(?:es)?|known_as|initials?",
    "nhs_number": f"nhs{_NUMBER}|nhs_?id|nhs_patient{_NUMBER}|chi{_NUMBER}",
    "upn": f"upn{_NUMBER}?|former_upn|unique_pupil{_NUMBER}|pupil_unique{_NUMBER}",
    "national_insurance_number": f"nino|ni{_NUMBER}|nat(?:ional)?_ins(?:urance)?{_NUMBER}?",
    "email": "e_?mail(?:_?(?:address|addr|id))?",
    "phone": f"(?:tele)?phone{_NUMBER}?|tel{_NUMBER}?|mobile(?:_?(?:tele)?phone)?{_NUMBER}?"
    f"|mob{_NUMBER}|cell_?phone{_NUMBER}?|land_?line{_NUMBER}?|contact{_NUMBER}|contact_details",
    "postcode": "post_?codes?|postal_code|pcds?|pcd7|pcd8|zip(?:_?code)?",
    "address": "address(?:_?line)?|address_(?:text|full)|addr(?:_?line)?|street_address|first_line_of_address"
    f"|house{_NUMBER}|house_name|house_name_or_number|flat{_NUMBER}",
    "uprn": f"uprn{_NUMBER}?|unique_property_reference{_NUMBER}?",
    "date_of_birth": "d_?o_?b|birth_?da(?:te|y)|dates?_?of_?birth|date_born|born_on|birth_dt",
    "coordinates": "lat|latitude|long|longitude|lon|lng|lat_?long?|lat_lng|eastings?|northings?|[xy]_?co_?ords?"
    "|[xy]_?coordinates?|co_?ords?|coordinates?|(?:os_?|bng_?)?grid_?ref(?:erence)?|osgr|geo_?(?:lat|long?)"
    "|gps|what3words|w3w|geo_?point|(?:easting|northing|latitude|longitude)_\\w{1,6}",
    "vehicle_registration": f"vrm|vrn|vehicle_reg|reg{_NUMBER}|(?:vehicle_)?registration(?:_?(?:mark|plate))?{_NUMBER}?"
    f"|vehicle_reg{_NUMBER}|(?:vehicle_)?reg(?:istration)?_?(?:mark|plate)|number_?plate|licen[cs]e_?plate",
}
_KINDS = {
    kind: re.compile(rf"(?:(?:{_BEFORE})s?_)*(?:{core})(?:_of_(?:{_BEFORE}))?(?:_?\d{{1,2}})?")
    for kind, core in _CORES.items()
}
# "name" alone is as often a place's, and a parent may be the region around a place.
_NAMED = "|".join(word for word in _PERSON if word not in ("parent", "of", "next", "head", "user"))
_NAMED_PERSON = re.compile(
    rf"(?:(?:{_BEFORE})s?_)*(?:{_NAMED})s?_?names?(?:_?\d{{1,2}})?|names?_of_(?:the_)?(?:{_NAMED})s?"
)
_PLACE = str.split("""
    name nm names location locations street road area areas ward lsoa msoa lad la utla ltla district town
city region county country force school academy college site hospital trust provider organisation org station
place constituency borough council csp partnership indicator sheet venue premises club authority neighbour
neighbourhood village locality beat parish gp publisher description title""")
_REFERENCE = str.split("""
    id ids ref reference no num nr number key urn code pseudo pseudonym pseudonymised hash hashed token
crn identifier line serial record""")
_DATE = str.split("""
    date dates day time datetime timestamp month period year week quarter from to start end on at when since
    until till dt ending ended beginning started created modified updated recorded reported committed
    occurred closed opened received arrival arrived admitted admission discharge discharged assessed
    assessment referred referral registered issued effective valid published release released snapshot
    refreshed extracted""")
# A header as people write them: letters first, no run of digits that could be somebody's number.
_PLAIN = re.compile(r"[^\W\d_][\w .,;:()/%&'’|<>=+*#?!£–-]{0,120}")


def split_header(header: str) -> list[str]:
    """The words of a header, whatever its case and separators."""
    spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", header.replace("'s", ""))
    return re.findall(r"[^\W_]+", spaced.casefold())


def read_header_kind(header: str) -> str:
    """The kind of identifier that a header announces, or an empty text."""
    words = split_header(header)
    # CamelCase is split, "eMail" and "NHSno" are not torn apart where the whole is known as it stands.
    for text in ("_".join(words), header.strip().casefold()):
        if _NAMED_PERSON.fullmatch(text):
            return "name"
        for kind, pattern in _KINDS.items():
            if pattern.fullmatch(text):
                return kind
    return ""


def names_a_place(header: str) -> bool:
    """Whether a header speaks of places, bodies or things that may bear a person's name."""
    words = re.findall(r"[^\W\d_]+", " ".join(split_header(header)))
    return bool(words) and words[-1] in _PLACE


def names_a_reference(header: str) -> bool:
    """Whether a header speaks of somebody's own numbering."""
    words = split_header(header)
    return bool({*words[:1], *words[-1:]} & set(_REFERENCE))


def names_a_date(header: str) -> bool:
    """Whether a header speaks of a time."""
    return bool(set(split_header(header)) & set(_DATE))


def is_plain(header: str) -> bool:
    """Whether a header can be shown: it looks like one, and not like a person's cell."""
    return bool(_PLAIN.fullmatch(header.strip())) and not re.search(r"\d{5}|@", header)
