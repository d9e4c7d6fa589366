"""Whether words are somebody's name: Faker's lists for the languages spoken here, and names that it lacks.

Faker (MIT, released monthly, a tenth of a second to import) was weighed against lists of census names, which
take every other English word for a surname, and gender-guesser, whose list is under the GNU licence.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from itertools import pairwise

_LOCALES = ("en_GB", "en_US", "en_IE", "en_IN", "en_PK", "en_NG", "yo_NG", "ig_NG", "ha_NG", "tw_GH", "en_KE",
            "pl_PL", "ro_RO")  # fmt: skip
_GIVEN = str.split("""
    Alun Aled Aneurin Angharad Arwel Bethan Bronwen Bryn Carwyn Catrin Ceri Cerys Dafydd Dewi Dilys Dylan
Eira Eirlys Elen Eleri Elin Eluned Emlyn Emyr Emrys Ffion Gareth Geraint Gethin Glenys Glyn Gruffydd Gruffudd
Gwen Gwenllian Gwilym Gwyneth Gwyn Haf Heledd Hefin Huw Hywel Idris Iestyn Ieuan Ifan Ioan Iolo Iorwerth Iwan
Llinos Lleucu Llew Llywelyn Lowri Luned Mabli Mair Maldwyn Mali Manon Mared Marged Megan Meinir Meirion Meleri
Menna Mererid Morfydd Myfanwy Nerys Nesta Olwen Osian Owain Rhian Rhiannon Rhodri Rhun Rhydian Rhys Siân Sian
Sioned Siôn Siwan Steffan Tegan Teleri Tomos Trystan Tudur Wyn Ynyr Nia Macsen Emyr Elis
Aamir Abdirahman Abdullahi Abdul Abdullah Adeel Ahmed Aisha Aiysha Ali Amina Amir Anwar Arjun Asif Ayaan Ayesha
Bilal Deepak Devi Faisal Farah Fatima Fatuma Gurpreet Hamza Harjit Hassan Hodan Hussain Ibrahim Imran Iqra Ismail
Jaspreet Khadija Khalid Kiran Mahmood Manpreet Mariam Maryam Mohamed Mohammad Mohammed Muhammad Mustafa Nadia
Nasreen Nimo Omar Parminder Priya Rajesh Rashid Rukhsana Saima Samina Sandeep Sanjay Shabana Shazia Simran Sukhdev
Sunita Tahir Tariq Usman Waqar Yasmin Yusuf Zainab Zara Zeinab Zubair Abena Adaeze Adebayo Adwoa Akua Ama Ayodele
Babatunde Chiamaka Chidi Chidinma Chinedu Chioma Efua Emeka Folake Funmilayo Ifeoma Kwabena Kwame Kofi Kwasi Ngozi
Nnamdi
Obinna Olumide Oluwaseun Oluwatobi Segun Temitope Tendai Tunde Yaw Yetunde Zanele Thandiwe Tinashe Rutendo
Agnieszka Andrzej Bartosz Elżbieta Ewa Grzegorz Jakub Jerzy Katarzyna Krzysztof Łukasz Maciej Magdalena Małgorzata
Paweł Piotr Stanisław Tomasz Wojciech Zofia Małgorzata Lukasz Pawel Malgorzata Ayşe Mehmet Mustafa Emre Wei Xiu Ming
Callum Connor Niamh Siobhan Aoife Ciaran Eoin Oisin Saoirse Hamish Angus Isla Ewan Iain Mhairi Morag Ailsa Alfie
Archie Freddie Jayden Kayden Kian Tyrone Leroy Devonte Shanice Keisha Precious""")
_SURNAMES = str.split("""
    Bevan Beynon Bowen Cadwaladr Craddock Davies Edwards Ellis Evans Gethin Gittins Glyndwr Griffith
Griffiths Gruffydd Gwynne Howell Howells Hughes Humphreys Ifans Jenkins Jones Kendrick Lewis Llewellyn Llewelyn
Lloyd Llwyd Madoc Maddocks Meredith Merrick Morgan Morris Mostyn Owen Parry Penry Powell Preece Price Pritchard
Probert Prosser Prothero Prydderch Prytherch Pugh Rees Rhys Roberts Rowlands Teague Thomas Treharne Trevor Tudor
Vaughan Vychan Watkins Williams Wynne Yorath
Abdi Abdullahi Adeleke Adeyemi Adebayo Afolabi Ahmad Ahmed Akhtar Akinola Ali Amin Aslam Asante Bajwa Banerjee Begum
Bhatt Bhatti Bibi Boateng Butt Chaudhary Chaudhry Choudhury Chowdhury Das Desai Dhaliwal Dhillon Dube Eze Farah
Farooq Ghosh Gill Grewal Gupta Hassan Hussain Hussein Ibrahim Iqbal Islam Jama Johal Joshi Kapoor Kaur Khalid Khan
Khatun Kumar Mahmood Malik Mehta Mensah Miah Mirza Mishra Mohamed Mohamud Mohammed Moyo Mutasa Ncube Nwosu Obi Okafor
Okeke Okonkwo Okoro Okoye Olawale Omar Osei Osman Owusu Parveen Patel Patil Qureshi Rahman Rana Rao Rashid Raza Reddy
Sandhu Shah Shaikh Sharif Sharma Sheikh Sibanda Siddiqui Sidhu Singh Sohal Uddin Verma Warsame Yusuf Yussuf Zaman
Nowak Kowalski Kowalska Wiśniewski Wiśniewska Wisniewski Wojcik Wójcik Kowalczyk Kaminski Kamiński Lewandowski
Zieliński Zielinska Szymański Woźniak Dąbrowski Popescu Ionescu Popa Yılmaz Yilmaz Demir Kaya Chen Wang Zhang Liu Nguyen
Tran Li Wong Cheung Chan Silva Santos Fernandes Ferreira Pereira Costa Campbell MacDonald McDonald Stewart Murray
Sutherland McKenzie""")
# In the lists, and words of our files all the same: months, days, colours, faiths, and the like.
_ORDINARY = frozenset(
    str.split("""
    april may june august summer autumn winter monday friday sunday white black brown grey gray green asian mixed
    other christian muslim hindu sikh jewish hope faith charity grace joy mercy blessing precious king prince bishop
    north south east west northern southern street road lane park church chapel school hospital house court hall
    bridge field fields close place square city town county person young male female man woman street victim family
    father child children day night knife gun unknown none domestic public private primary secondary mad major minor
    general special total best long short strong small little rich poor love hurt harm stranger friend parent spring
    dean abbey marsh lake pool ford shire police force chance chase case cross chancellor constable sergeant
    england ireland britain wales london chelsea kent essex chester lincoln derby york lancaster
    burton preston bolton bury sutton barnet hackney mobile post letter book given miss master lady sir lord
    university college academy centre station junction avenue drive gardens grove terrace way walk estate trust
    council ward unit team service services group club hotel inn arms market shop store bank hill mount royal
    saint st dock docks canal river beach pier castle tower mill farm mills works""")
)
# Of these, the ones that are given names all the same, where a plain surname follows.
_GIVEN_ANYWAY = frozenset(
    str.split("""
    april may june august summer autumn christian hope faith charity grace joy mercy blessing precious chelsea
    dean lincoln chester york london preston kent bishop""")
)
_SURNAME_ANYWAY = frozenset(
    str.split("""
    white black brown grey gray green king prince bishop west young day long short rich love marsh dean
    hill ford cross chase may best strong major lane court hall field fields bridge church mills castle street
    little friend sutton burton bolton preston lincoln burgess barnet york london christian hope joy grace miss
    house ward banks moon lake pool chapman mercy""")
)
_TITLE = re.compile(
    r"(?<![\w’'-])(?:Mr|Mrs|Miss|Ms|Mx|Dr|MR|MRS|MISS|MX|^MS|^DR)\.?\s+"
    r"(?:[^\W\d_a-z]\.?\s+)*[^\W\d_a-z](?:[’'-]?[^\W\d_])+"
)
# No name has a longer part, and a cell of one long word is searched in no time.
_CAPITALS = re.compile(r"[^\W\d_a-z][^\W\d_]{0,60}(?:[’'-][^\W\d_]{1,60}){0,4}")
_PARTICLES = frozenset(str.split("de del della der den van von bin bint ibn al el ap ab ferch da di la le o"))
_BETWEEN = rf",?\s+(?:(?:{'|'.join(sorted(_PARTICLES))})\s+){{0,2}}"
_RUN = re.compile(rf"{_CAPITALS.pattern}(?:{_BETWEEN}{_CAPITALS.pattern})+")
_TURNED = re.compile(rf"({_CAPITALS.pattern}),\s+({_CAPITALS.pattern})")
_SURE_PLACES = frozenset(
    str.split("""
    street road lane park school hospital avenue drive gardens grove terrace way walk estate trust close square
    college academy centre station junction university primary council unit team service services group club
    hotel inn arms market shop house court crescent place row rise view mews parade quay docks""")
)

_TELLING = frozenset(word.casefold() for word in _SURNAMES) - frozenset(
    str.split("price das li costa rana gill bowen")
)
# For RE2 and Python alike.
TELLING = rf"(?i:\b(?:{'|'.join(sorted(_TELLING))})\b)"
TOLD = (
    r"\b(?:by|named|called|against|[Vv]ictim|[Ss]uspect|[Oo]ffender|[Pp]erpetrator|[Aa]ssailant|partner|husband|wife"
    r"|boyfriend|girlfriend|brother|sister|son|daughter|cousin|friend|neighbour) ([A-Z][A-Za-z’'-]{2,60})"
)
WRITTEN = r"^(?:\d+[-_|;:/,. ]+)?[A-Za-zÀ-ɏ’']{2,}[-_|;:/,. ]+[A-Za-zÀ-ɏ’']{2,}(?:[-_|;:/,. ]+[A-Za-zÀ-ɏ’'\d]+){0,2}$"
DATED = re.compile(r"([^\W\d_]{3,30})[-_. ]?(\d{8}|\d{6})")
_SMALL_WORDS = frozenset(str.split("the and for with from new old mount port fort llan non not all"))

# Two words that may begin with a capital; for RE2 and Python alike.
TWO_CAPITALS = rf"[A-ZÀ-ɏ][A-Za-zÀ-ɏ’'-]*\.?{_BETWEEN}[A-ZÀ-ɏ]"


@cache
def _words(wanted: str) -> frozenset[str]:
    own = _GIVEN if wanted == "first" else _SURNAMES
    found = {word.casefold() for word in own}
    for locale in _LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            if attribute.startswith(f"{wanted}_name") and not callable(getattr(provider, attribute)):
                found |= {str(word).casefold() for word in getattr(provider, attribute)}
    kept = found - (_ORDINARY - (_GIVEN_ANYWAY if wanted == "first" else _SURNAME_ANYWAY))
    return frozenset(word for word in kept if len(word) > 1)


def is_given_name(word: str) -> bool:
    return any(part in _words("first") for part in (word.casefold(), *word.casefold().split("-")))


def is_surname(word: str) -> bool:
    return any(part in _words("last") for part in (word.casefold(), *word.casefold().split("-")))


def is_bare_name(cell: str) -> bool:
    """Whether a cell is one word that is a given name or a surname, and hardly a word of our files."""
    if not _CAPITALS.fullmatch(cell) or cell.casefold() in _ORDINARY:
        return False
    return is_given_name(cell) or is_surname(cell)


def is_full_name(cell: str) -> bool:
    """Whether a cell is a person's name and nothing else: given name and surname, in either order."""
    last, comma, first = cell.partition(",")
    words = (f"{first} {last}" if comma else cell).replace(".", " ").split()
    core = [word for word in words if word.casefold() not in _PARTICLES]
    if not 2 <= len(core) <= 5 or not all(_CAPITALS.fullmatch(word) or len(word) == 1 for word in core):
        return False
    return _is_pair(core[0], core[-1])


def is_written_name(cell: str) -> bool:
    """Whether a cell is a given name and a surname in another way: aisha khan, Aisha_Khan, Khan-Aisha-19870312."""
    words = _split_marked(cell)
    if len(words) < 2:
        return False
    if _is_sure_pair(*words[:2]) or _is_sure_pair(words[1], words[0]):
        return True
    # Marks that no place has between its words, and numbers of the person.
    is_marked = re.search(r"[_|]|\d{6}", cell) is not None
    return is_marked and is_full_name(" ".join(words))


def is_lower_name(cell: str) -> bool:
    """Whether a cell is two words that may be a name and other words as well: too little, but for a whole column."""
    words = _split_marked(cell)
    return len(words) == 2 and any(
        is_bare_name(first.capitalize()) and is_given_name(first) and is_bare_name(last.capitalize())
        for first, last in (words, words[::-1])
    )


def _split_marked(cell: str) -> list[str]:
    """The words of a cell of two to four words, whatever marks and numbers stand between; else none."""
    words = [word for word in re.split(r"[\s\d_|;:/\\,.-]+", cell) if word]
    is_words = all(re.fullmatch(r"[^\W\d_]{2,60}(?:[’'][^\W\d_]{1,60})?", word) for word in words)
    return words if 2 <= len(words) <= 4 and is_words else []


def _is_sure_pair(first: str, last: str) -> bool:
    """Whether two words are a given name and a surname that is little else, in capitals or not."""
    return last.casefold() in _TELLING and is_bare_name(first.capitalize()) and is_given_name(first)


def is_dated_name(cell: str) -> bool:
    """Whether a cell is a name and the date of a birth: EVANS05061964."""
    found = DATED.fullmatch(cell)
    if not found or not is_bare_name(found.group(1).capitalize()):
        return False
    digits = found.group(2)
    if len(digits) == 6:
        day, month = int(digits[:2]), int(digits[2:4])
        return found.group(1).casefold() in _TELLING and 1 <= day <= 31 and 1 <= month <= 12
    parts = ((digits[:4], digits[4:6], digits[6:]), (digits[4:], digits[2:4], digits[:2]))
    return any(
        year[:2] in ("19", "20") and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
        for year, month, day in parts
    )


def holds_spoken_name(text: str) -> bool:
    """Whether running text holds a name as it is told in haste: `assaulted by KHAN`, `his friend aisha khan`."""
    for found in re.finditer(TELLING, text):
        beside = (*text[: found.start()].split()[-1:], *text[found.end() :].split()[:1])
        if any(_is_sure_pair(word.strip("().,;\"'"), found.group()) for word in beside):
            return True
        is_shouted = len(found.group()) > 3 and found.group().isupper() and not text.isupper()
        if is_shouted and not _is_place_ahead(text[found.end() :]):
            return True
    return any(
        is_bare_name(found.group(1).capitalize()) and not _is_place_ahead(text[found.end() :])
        for found in re.finditer(TOLD, text)
    )


def _is_place_ahead(text: str) -> bool:
    return any(word.strip(".,;").casefold() in _SURE_PLACES for word in text.split()[:2])


def is_initialled_name(cell: str) -> bool:
    """Whether a cell is an initial and a surname, in either order: too little to go by, but for a whole column."""
    words = cell.replace(".", " ").replace(",", " ").split()
    initials = [word for word in words if len(word) == 1 and word.isupper()]
    rest = [word for word in words if len(word) > 1]
    return bool(initials) and len(rest) == 1 and is_surname(rest[0])


def holds_titled_name(text: str) -> bool:
    """Whether a text holds a title and a name that is not a street's or a school's."""
    for found in _TITLE.finditer(text):
        before, after = text[: found.start()].split()[-1:], text[found.start() :].split()[1:5]
        # "Park Dr North" is a drive.
        is_drive = found.group().startswith("Dr") and before and before[0][:1].isupper()
        if not is_drive and not any(word.strip(".,;").casefold() in _SURE_PLACES for word in after):
            return True
    return False


def holds_name(text: str) -> bool:
    """Whether running text holds a title and a name, or a given name and a surname."""
    if holds_titled_name(text):
        return True
    for found in _RUN.finditer(text):
        words = [word for word in found.group().replace(",", " ").split() if word not in _PARTICLES]
        following = text[found.end() :].split()[:1]
        words_after = [*words, *following, ""]
        if any(_is_pair(first, last) for last, first in _TURNED.findall(found.group())):
            return True
        for index, (first, last) in enumerate(pairwise(words)):
            if words_after[index + 2].strip(".,;").casefold() not in _SURE_PLACES and _is_pair(first, last):
                return True
    return False


def _is_pair(first: str, last: str) -> bool:
    if last.casefold() in _SURE_PLACES or first.casefold() in _SURE_PLACES:
        return False
    if first.casefold() in _ORDINARY:
        return is_given_name(first) and is_surname(last) and last.casefold() not in _ORDINARY
    # Given names are without number: after a surname that is little else, any word will do.
    is_telling = last.casefold() in _TELLING and len(first) > 2 and first.casefold() not in _SMALL_WORDS
    return is_telling or (is_given_name(first) and (is_surname(last) or is_given_name(last)))
