"""What the gate makes of literal headers and cells: an identifier of a kind, or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from extract_cells import make_cells, make_contract

from pipeline.contracts import Column
from pipeline.ingest.identifier_headers import read_header_kind
from pipeline.ingest.identifiers import (
    NOT_SHOWN,
    Finding,
    hold_identifier,
    holds_identifier,
    judge,
    observe,
    show_title,
)

NOTHING = make_contract()
NOTES = make_contract(Column("notes", "varchar", ("notes",), is_free_text=True))
CRIMES = make_contract(Column("crime_id", "varchar", ("crime_id",), is_key=True))
# Ten digits that pass the check of the NHS number, and ten that do not; the first is the service's own example.
VALID = ("9434765919", "9434765870", "4010232137", "4505577104", "6328797966", "7000000058")
INVALID = ("9434765918", "9434765871", "4010232138", "4505577105", "6328797967", "7000000059")


def find(header: list[str], rows: list[list[str]], contract=NOTHING, is_dictionary: bool = False):
    names, cells = make_cells(header, rows, is_dictionary)
    return judge(names, [observe(names, cells, contract)], contract)


def column(header: str, cells: list[str], contract=NOTHING):
    return find([header], [[cell] for cell in cells], contract)


def kinds(header: str, cells: list[str], contract=NOTHING) -> list[str]:
    return [finding.kind for finding in column(header, cells, contract)]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("jo.bloggs@example.org.uk", "e-mail address"),
        ("0151 496 0123", "phone number"),
        ("+44 7700 900123", "phone number"),
        ("+44(0)7700 900 123", "phone number"),
        ("(0161) 496 0456", "phone number"),
        ("01514960123", "phone number"),
        ("447911123456", "phone number"),
        ("L1 8JQ", "full postcode"),
        ("l18jq", "full postcode"),
        ("SW1A 1AA", "full postcode"),
        ("flat 2, CF10 3NP", "full postcode"),
        ("AB123456C", "National Insurance number"),
        ("AB 12 34 56 C", "National Insurance number"),
        ("943 476 5919", "NHS number"),
        ("943-476-5919", "NHS number"),
        ("9434765919", "NHS number"),
        ("'9434765919", "NHS number"),
        ("NHS no. 9434765919", "NHS number"),
        ("B801200005001", "unique pupil number (UPN)"),
        ("AB12 CDE", "vehicle registration"),
        ("AB12CDE", "vehicle registration"),
        ("53.40838, -2.99157", "precise coordinates"),
        ("SJ 34567 89012", "precise coordinates"),
        ("///filled.count.soap", "precise coordinates"),
        ("100031234567", "property reference (UPRN)"),
        ("DOB 12/03/1985", "date of birth"),
        ("born on 1985-03-12", "date of birth"),
        ("d.o.b: 1 Mar 85", "date of birth"),
        ("12/03/1985", "date of birth"),
        ("Mr John Smith", "name"),
        ("Mrs A. O'Neill", "name"),
        ("MISS NGOZI OKAFOR", "name"),
        ("Dr Patel", "name"),
        ("Siân Llewellyn", "name"),
        ("SMITH, John", "name"),
        ("Muhammad Abdul Rahman", "name"),
        ("Oluwaseun Adeyemi", "name"),
        ("Anne-Marie Hughes-Jones", "name"),
        # Much like one, and none.
        ("L1", None),
        ("L1 8", None),
        ("E01006512", None),
        ("105A", None),
        ("QZ12 3AB", None),
        ("M6 2nd exit", None),
        ("GB123456A", None),
        ("DA123456A", None),
        ("943 476 5918", None),
        ("9434765918", None),
        ("A801200005001", None),
        ("FY24 MAR", None),
        ("AB00CDE", None),
        ("c0ffee123456789", None),
        ("550e8400-e29b-41d4-a716-446655440000", None),
        ("2019-04-01 10:15", None),
        ("05/04/2024", None),
        ("53.4, -2.9", None),
        ("48.85660, 2.35220", None),
        ("Mr Smith Street", None),
        ("Park Dr North", None),
        ("St. Helens", None),
        ("Ynys Môn", None),
        ("Milton Keynes", None),
        ("Grievous Bodily Harm", None),
        ("White British", None),
        ("intimate partner", None),
        ("Assault with Injury on an Emergency Worker", None),
    ],
)  # fmt: skip
def test_one_cell_among_words_is_an_identifier_or_nothing(cell: str, kind: str | None) -> None:
    """Alone among the words of a column that says nothing."""
    cells = ["dwelling", "street", "school", "licensed premises"] * 10
    assert column("setting", [*cells, cell]) == ((Finding("setting", kind, 1),) if kind else ())


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("forename", "name"), ("Surname", "name"), ("first_name", "name"), ("VictimName", "name"),
        ("victim full name", "name"), ("Full Name", "name"), ("name of suspect", "name"), ("Child's Name", "name"),
        ("Victim | Forename", "name"), ("officer_name", "name"), ("FirstName1", "name"),
        ("nhs_number", "nhs_number"), ("NHSNumber", "nhs_number"), ("Patient NHS No", "nhs_number"),
        ("NHS_NO", "nhs_number"), ("upn", "upn"), ("Pupil UPN", "upn"), ("Unique Pupil Number", "upn"),
        ("nino", "national_insurance_number"), ("NI Number", "national_insurance_number"),
        ("email", "email"), ("E-mail Address", "email"), ("parentEmail", "email"), ("eMail", "email"),
        ("phone", "phone"), ("Mobile", "phone"), ("victim-telephone-number", "phone"), ("contact number", "phone"),
        ("postcode", "postcode"), ("Home Post Code", "postcode"), ("incident_postcode", "postcode"),
        ("address", "address"), ("Address Line 1", "address"), ("homeAddress", "address"),
        ("House Number", "address"), ("uprn", "uprn"), ("UPRN", "uprn"),
        ("dob", "date_of_birth"), ("DateOfBirth", "date_of_birth"), ("patient_date_of_birth", "date_of_birth"),
        ("Victim D.O.B", "date_of_birth"), ("Birth Date", "date_of_birth"),
        ("latitude", "coordinates"), ("Long", "coordinates"), ("Easting", "coordinates"),
        ("offence_northing", "coordinates"), ("Grid Ref", "coordinates"), ("what3words", "coordinates"),
        ("vrm", "vehicle_registration"), ("Vehicle Registration Mark", "vehicle_registration"),
        ("registration", "vehicle_registration"), ("Reg No", "vehicle_registration"),
        *[(header, "") for header in (
            "force name", "school name", "LSOA name", "area name", "site name", "la_name", "Indicator Name",
            "street name", "sheet name", "name", "Parent Name", "victim_id_pseudo", "nhs_number_hash",
            "patient_pseudonym", "victim_id", "upn_pseudonymised", "postcode sector", "Postcode district",
            "outcode", "year of birth", "email_flag", "registration date", "address type", "nhs", "nhs region",
            "phone hacking offences", "mobile phone theft", "number", "contact", "age", "Location",
        )],
    ],
)  # fmt: skip
def test_header_announces_an_identifier_or_nothing(header: str, kind: str) -> None:
    assert read_header_kind(header) == kind


def test_header_that_announces_counts_the_cells_that_bear_it_out() -> None:
    assert column("victim_name", ["Xq", "", "Zzyx", "REDACTED", "n/a"]) == (
        Finding("victim_name", "name", 2),
    )


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("forename", ["", "", " "]),
        ("email", ["Y", "N", "Y"]),
        ("postcode", ["L1", "L18", "CH41 2"]),
        ("date_of_birth", ["1985", "1990", "2001"]),
        ("dob", ["1985-03", "Mar-85", "03/1985"]),
        ("latitude", ["53.40", "53.41", "53.4"]),
        ("easting", ["334000", "335000", "336000"]),
        ("nhs_number", ["9f86d081884c7d659a2feaa0c55ad015"] * 3),
        ("telephone", ["withheld", "[redacted]", "not known"]),
    ],
)
def test_header_that_announces_what_the_cells_do_not_hold_is_no_finding(
    header: str, cells: list[str]
) -> None:
    assert column(header, cells) == ()


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("patient", list(VALID), "NHS number"),
        ("child", ["B801200005001", "N201200005001", "Z201200006001", "A80120000512A"], "unique pupil number (UPN)"),
        ("who", ["AB123456C", "CE223344D", "JK334455A"], "National Insurance number"),
        ("where", ["L1 8JQ", "L2 2DP", "CH41 2AB"], "full postcode"),
        ("where", ["L18JQ", "L22DP", "CH412AB"], "full postcode"),
        ("column_a", ["1951-01-02", "1964-05-06", "1979-07-08", "1988-09-10", "2004-01-02"], "date of birth"),
        ("person", ["Siân", "Owain", "Priya", "Kwame", "Agnieszka", "John", "Mary", "Ahmed", "Chloe"], "name"),
        ("person", ["Jones", "Williams", "Khan", "Okafor", "Kowalski", "Smith", "Patel", "Nguyen"], "name"),
        ("person", ["J Smith", "K. Williams", "Patel R", "S Khan", "O Jones"], "name"),
        ("name", ["Owain Rees", "Priya Patel", "Kwame Mensah", "John Smith", "Jane Jones"], "name"),
    ],
)  # fmt: skip
def test_whole_column_of_a_kind_is_found_under_a_header_that_says_nothing(
    header: str, cells: list[str], kind: str
) -> None:
    assert kinds(header, cells) == [kind]
    assert column(header, cells)[0].cell_count == len(cells)


def test_fault_44_every_kind_is_found_by_its_header() -> None:
    header = ["nhs_number", "upn", "nino", "email", "phone", "postcode", "dob", "surname"]
    row = [
        "9434765919",
        "B801200005001",
        "AB123456C",
        "a@b.uk",
        "0151 496 0123",
        "L1 8JQ",
        "1985-03-12",
        "Rees",
    ]
    assert [finding.header for finding in find(header, [row])] == header


@pytest.mark.parametrize("rows", [1, 5, 20, 5000])
@pytest.mark.parametrize("header", ["crime_id", "Occurrence Ref", "reference_number"])
def test_fault_45_crime_references_of_ten_digits_come_in(rows: int, header: str) -> None:
    """Whatever their number, and where each of a few happens to pass the check."""
    assert column(header, [str(1_900_000_000 + 7 * number) for number in range(rows)], CRIMES) == ()
    assert column(header, list(VALID[: min(rows, 5)]), CRIMES) == ()


def test_fault_45_nhs_numbers_under_a_reference_header_do_not_come_in() -> None:
    """Twenty of twenty that pass are not chance, a pseudonym by name or not."""
    found = [str(number) for number in range(4_010_000_000, 4_010_000_400) if _passes(str(number))][:20]
    assert kinds("patient_id_pseudo", found) == ["NHS number"]


def _passes(number: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), number, strict=True)) % 11 == 0


def test_literal_numbers_are_what_they_are_said_to_be() -> None:
    assert all(_passes(number) for number in VALID) and not any(_passes(number) for number in INVALID)


def test_one_nhs_number_among_pseudonyms_is_found_and_one_among_numbers_of_nearly_its_length_is_not() -> None:
    assert kinds("crime_id", [*(f"C{number:09}" for number in range(40)), VALID[0]]) == ["NHS number"]
    assert kinds("turnover", [*(str(999_999_900 + number) for number in range(40)), VALID[0]]) == []


def test_pseudonyms_that_look_like_pupil_numbers_by_chance_come_in() -> None:
    pseudonyms = [f"a{number * 7_919_317 % 16**12:012x}" for number in range(1, 2000)]
    assert kinds("event_id", pseudonyms) == []
    for pupil in ("A80120000512A", "B801200005001"):
        assert kinds("event_id", [*pseudonyms, pupil]) == ["unique pupil number (UPN)"]
    rng = np.random.default_rng(7)
    random = [f"a{number:012x}" for number in rng.integers(0, 16**12, 5_000)]
    assert kinds("event_id", random) == []
    # It begins as they do: what passes among them may have passed by chance.
    assert kinds("event_id", [*random, "a80120000512a"]) == []


def test_fault_46_identifiers_in_free_text_are_held_and_are_no_finding() -> None:
    cells = ["Victim was hit in the park.", "Ring her on 07700 900123.", "Suspect Jane Smith ran off.",
             "NHS 9434765919", "Crime ref 9434765919", "Seen by Dr Patel, DOB 12/03/1985", "Near Victoria Street",
             "", "Nothing further."]  # fmt: skip
    held = [False, True, True, True, False, True, False, False, False]
    assert hold_identifier(pa.array(cells)).to_pylist() == held
    assert hold_identifier(pa.chunked_array([cells[:4], cells[4:]])).to_pylist() == held
    assert hold_identifier(pa.array(cells).dictionary_encode()).to_pylist() == held
    assert column("notes", cells, NOTES) == ()


def test_free_text_that_mostly_holds_identifiers_is_a_finding() -> None:
    cells = ["Ring 07700 900123", "Mr Smith called", "Seen in L1 8JQ", "nothing"]
    assert column("notes", cells, NOTES) == (Finding("notes", "free text with identifiers", 3),)


def test_free_text_that_no_contract_declares_is_a_finding() -> None:
    cells = [
        "Victim was hit in the park by an unknown person.",
        "The suspect Jane Smith ran off towards town.",
    ]
    assert kinds("remarks", cells) == ["name"]


def test_latitudes_beside_longitudes_are_found_where_no_contract_reads_them() -> None:
    rows = [[f"53.4{number}123", f"-2.9{number}456"] for number in range(10, 20)]
    assert [finding.kind for finding in find(["a", "b"], rows)] == ["precise coordinates"] * 2
    read = make_contract(Column("rate", "double", ("a",)), Column("lower", "double", ("b",)))
    assert find(["a", "b"], rows, read) == ()


def test_kind_that_the_publisher_made_harmless_is_no_finding() -> None:
    rows = [["53.408381", "-2.991571", "L1 8JQ"]] * 3
    contract = make_contract(harmless=("coordinates",))
    assert [finding.kind for finding in find(["Latitude", "Longitude", "x"], rows, contract)] == [
        "full postcode"
    ]


@pytest.mark.parametrize("first", ["Siân", "Owain Rees", "943 476 5919", "owain@example.org", "12/03/1985"])
def test_header_that_is_a_persons_cell_is_not_shown(first: str) -> None:
    found = column(first, ["a@example.org"])
    assert "column 1" in {finding.header for finding in found} and first not in repr(found)


def test_an_identifier_in_the_header_row_is_a_finding() -> None:
    assert column("owain@example.org", ["Y"]) == (Finding("column 1", "e-mail address", 1),)


def test_old_dates_in_a_column_of_dates_come_in() -> None:
    """Historic offences: a contract reads them, or they are few."""
    dates = ["1951-01-02", "1964-05-06", "1979-07-08", "1988-09-10", "1999-11-12", "2004-01-02"]
    read = make_contract(Column("committed_on", "date", ("committed_from",)))
    assert column("committed_from", dates, read) == ()
    assert column("offence_from", [*dates, *(f"2023-01-{day:02}" for day in range(1, 29))]) == ()


def test_school_named_after_a_person_comes_in() -> None:
    cells = ["Thomas More", "St Mary's", "Gateacre", "Calderstones", "The Belvedere", "Childwall"]
    assert column("school_name", cells) == ()


def test_blocks_and_dictionaries_and_threads_give_the_same_answer() -> None:
    header = ["setting", "crime_id"]
    rows = [["street", f"C{number:09}"] for number in range(300)]
    rows[150][0] = "jo@example.org"
    names, cells = make_cells(header, rows)
    _, coded = make_cells(header, rows, is_dictionary=True)
    expected = (Finding("setting", "e-mail address", 1),)
    assert judge(names, [observe(names, cells, NOTHING)], NOTHING) == expected
    assert judge(names, [observe(names, coded, NOTHING)], NOTHING) == expected
    blocks = [cells.slice(start, 100) for start in (0, 100, 200)]
    with ThreadPoolExecutor(2) as pool:
        observed = list(pool.map(lambda block: observe(names, block, NOTHING), blocks))
    assert judge(names, observed, NOTHING) == expected
    chunked = pa.concat_tables([coded.slice(0, 120), make_cells(header, rows[120:], is_dictionary=True)[1]])
    assert judge(names, [observe(names, chunked, NOTHING)], NOTHING) == expected


def test_empty_delivery_comes_in() -> None:
    names, cells = make_cells(["forename", "crime_id"], [["", ""]])
    assert (
        judge(names, [observe(names, cells.slice(0, 0), NOTHING), observe(names, cells, NOTHING)], NOTHING)
        == ()
    )


def test_nothing_that_is_kept_or_shown_holds_a_cell() -> None:
    canaries = ["zzcanary@example.org", "Mr Zzcanary", "9434765919", "L1 8JQ", "Zzcanary Jones", "12/03/1985"]
    names, cells = make_cells([*canaries, "notes"], [[*canaries, f"call {canary}"] for canary in canaries])
    observed = observe(names, cells, NOTES)
    found = judge(names, [observed], NOTES)
    assert {finding.header for finding in found} == {*(f"column {number}" for number in range(1, 7)), "notes"}
    for canary in ("anary", "9434765919", "8JQ", "12/03"):
        assert canary not in repr(found) + repr(observed)


def test_one_old_date_in_a_column_that_is_mostly_blank_is_found() -> None:
    cells = ["", "", "bullying", "damage", "", "theft", "12/03/1985"]
    assert kinds("reason_2", cells) == ["date of birth"]
    assert kinds("reason_2", [*cells[:-1], "12/03/2024"]) == []


# Of these every cell counts, wherever it stands and whatever stands around it.
PLAIN = {
    "e-mail address": "jo@example.org",
    "phone number": "0151 496 0123",
    "full postcode": "L1 8JQ",
    "National Insurance number": "AB 12 34 56 C",
    "name": "Mr Smith",
    "NHS number": "943 476 5919",
    "unique pupil number (UPN)": "UPN B801200005001",
    "date of birth": "DOB 12/03/1985",
    "precise coordinates": "53.40838, -2.99157",
    "vehicle registration": "AB12 CDE",
    "property reference (UPRN)": "UPRN 100031234567",
}


@pytest.mark.parametrize(("kind", "cell"), PLAIN.items())
def test_one_among_many_cells_that_look_suspicious_is_found(kind: str, cell: str) -> None:
    """More than the slow checks would look at; the one stands where an even spread passes over it."""
    cells = [f"ref {1_000_000_000 + number} log" for number in range(45_000)]
    cells[31_004] = f"call {cell} now"
    assert column("log_text", cells) == (Finding("log_text", kind, 1),)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("0151\u00a0496\u00a00123", "phone number"),
        ("00 44 7700 900123", "phone number"),
        ("+\u00a044 7700 900123", "phone number"),
        ("L1  8JQ", "full postcode"),
        ("CF10\u00a03NP", "full postcode"),
        ("call CH41\u00a02AB", "full postcode"),
    ],
)
def test_blanks_of_other_programs_hide_nothing(cell: str, kind: str) -> None:
    assert kinds("setting", ["dwelling", "street", "school"] * 10 + [cell]) == [kind]


# Of the numbers that are given out in England and Wales: 400 to 499 million, 600 to 799 million, and a check digit.
ISSUED = ("4010232137", "4505577104", "6328797966", "7000000058")


@pytest.mark.parametrize("header", ["id", "ref", "crime_ref", "patient_id_pseudo"])
def test_four_nhs_numbers_under_a_reference_header_are_found(header: str) -> None:
    assert kinds(header, list(ISSUED)) == ["NHS number"]
    assert kinds(header, [*ISSUED, *ISSUED, ""]) == ["NHS number"]


@pytest.mark.parametrize("count", [2, 3])
def test_two_nhs_numbers_of_a_small_file_are_found_under_an_innocent_header(count: int) -> None:
    assert kinds("patient", list(ISSUED[:count])) == ["NHS number"]


@pytest.mark.parametrize("first", [1_000_000_000, 4_000_000_000, 4_505_577_104, 6_328_797_966, 7_000_000_058])
@pytest.mark.parametrize("step", [1, 7, 11, 19, 100, 121, 7_919])
@pytest.mark.parametrize("rows", [2, 3, 4, 5, 8, 50, 2_000])
def test_ten_digits_that_a_computer_counted_up_come_in(first: int, step: int, rows: int) -> None:
    cells = [str(first + step * number) for number in range(rows)]
    assert [column(header, cells) for header in ("crime_ref", "ref")] == [(), ()]


def test_passing_numbers_of_one_counter_are_one_piece_of_evidence() -> None:
    """Eight that pass, all within a hundred thousand: a counter of which somebody kept every eleventh or so."""
    cells = [str(number) for number in range(4_505_500_000, 4_505_500_400) if _passes(str(number))][:8]
    assert column("crime_ref", cells) == ()


def test_random_references_rarely_alarm() -> None:
    """Of columns of random numbers less than one in 10,000, as the rule's own sum says; drawn: of 60,000."""
    rng = np.random.default_rng(5)
    alarms = 0
    for rows in (3, 4, 5, 6, 8, 12):
        drawn = rng.integers(4_000_000_000, 5_000_000_000, (10_000, rows))
        digits = drawn[:, :, None] // 10 ** np.arange(9, -1, -1) % 10
        passing = (digits * np.arange(10, 0, -1)).sum(axis=2) % 11 == 0
        # The gate itself is asked only about those that could be anything.
        for position in np.flatnonzero(2 * passing.sum(axis=1) >= rows):
            alarms += column("crime_ref", [str(number) for number in drawn[position]]) != ()
    assert alarms <= 6


def test_one_pupil_number_among_pseudonyms_that_begin_alike_is_found() -> None:
    assert kinds("pupil_ref", [*(f"P{10**11 + number}7" for number in range(200)), "B801200005001"]) == [
        "unique pupil number (UPN)"
    ]
    assert kinds("pupil_ref", [*(f"B{number:012}" for number in range(200)), "B801200005001"]) == [
        "unique pupil number (UPN)"
    ]
    assert kinds("pupil_ref", [f"P{99_990 + number:012}" for number in range(200)]) == []


def words_and(header: str, cells: list[str], contract=NOTHING) -> list[str]:
    """The kinds found where these cells stand among thirty of a category."""
    return kinds(header, ["dwelling", "street", "school"] * 10 + cells, contract)


@pytest.mark.parametrize(
    "write",
    [
        "{}.0", "NHS{}", "nhs_{}", "{}-0", "{}/12", "00{}", "P-{}", "{}|ward", "{} ",
    ],
)  # fmt: skip
@pytest.mark.parametrize("header", ["attendance_id", "victim_id_pseudo", "beat"])
def test_column_of_nhs_numbers_is_found_however_they_are_written(header: str, write: str) -> None:
    numbers = [str(number) for number in range(4_010_000_000, 4_010_900_000, 7_919) if _passes(str(number))]
    assert len(numbers) > 9
    assert kinds(header, [write.format(number) for number in numbers]) == ["NHS number"]


@pytest.mark.parametrize("write", ["{}.0", "{}-0", "P-{}", "00{}"])
@pytest.mark.parametrize("header", ["attendance_id", "beat"])
def test_column_of_references_is_none_of_nhs_numbers_however_they_are_written(
    header: str, write: str
) -> None:
    """A ninth of them passes the check."""
    references = [str(4_010_000_000 + 7_919 * number) for number in range(300)]
    assert kinds(header, [write.format(number) for number in references]) == []
    assert kinds(header, [write.format(number) for number in references[:1]]) == []


def test_figures_of_other_alphabets_and_blanks_hide_no_nhs_number() -> None:
    wide = {ord(digit): 0xFF10 + int(digit) for digit in "0123456789"}
    assert kinds("beat", [number.translate(wide) for number in ISSUED]) == ["NHS number"]
    for blank in "\u00a0\u2009\u202f\u2011\u2013":
        assert words_and("beat", [f"943{blank}476{blank}5919"]) == ["NHS number"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("NHS9434765919", "NHS number"),
        ("NHS_9434765919", "NHS number"),
        ("CH41-2QR", "full postcode"),
        ("14 Church Street Bootle", "address"),
        ("14 church road", "address"),
        ("Flat 2, 14a Elm Close, Bootle", "address"),
        ("aisha khan", "name"),
        ("Aisha_Khan", "name"),
        ("KHAN AISHA", "name"),
        ("Khan-Aisha-19870312", "name"),
        ("EVANS05061964", "name"),
        ("9434765919|Aisha Khan", "name"),
        ("12 Mar 1987", "date of birth"),
        ("1/3/1987", "date of birth"),
        ("3rd March 1987", "date of birth"),
        # Much like one, and none.
        ("NHS9434765918", None),
        ("NHS England", None),
        ("CR10-5A", None),
        ("AB12-34", None),
        ("On or near Church Street", None),
        ("18 Year Old Street Robbery", None),
        ("2 Magistrates Court", None),
        ("3 men in a park", None),
        ("12 Public Highway or Road", None),
        ("2019 High Street", None),
        ("A565 Derby Road", None),
        ("intimate partner", None),
        ("Intimate_Partner", None),
        ("stoke-on-trent", None),
        ("rose garden", None),
        ("male_victims", None),
        ("WARD05061964", None),
        ("EVANS05", None),
        ("SITE-20240301", None),
        ("12 Mar 2024", None),
        ("1-3-12", None),
    ],
)
def test_one_cell_written_otherwise_among_words(cell: str, kind: str | None) -> None:
    assert words_and("setting", [cell]) == ([kind] if kind else [])


def test_column_of_lower_case_names_is_found() -> None:
    names = ["john smith", "mary jones", "chloe taylor", "peter walker", "susan wood", "emma clarke"]
    assert kinds("beat", names) == ["name"]
    assert words_and("beat", names[:1]) == []


def test_column_of_compact_dates_is_one_of_births_where_most_are_old() -> None:
    births = [f"{year}03{day}" for year, day in zip(range(1950, 2010, 3), range(10, 30), strict=True)]
    turned = [birth[6:] + birth[4:6] + birth[:4] for birth in births]
    for cells in (births, turned, [f"{birth}.0" for birth in births]):
        assert kinds("beat", cells) == ["date of birth"]
    assert kinds("beat", [f"202403{day}" for day in range(10, 30)]) == []
    # One number of eight digits among others may be anything.
    assert kinds("turnover", [*(str(90_000_000 + number) for number in range(20)), births[0]]) == []


AGES = make_contract(Column("age", "integer", ("age",), reads="age"))


@pytest.mark.parametrize("births", [1, 20, 101, 200])
@pytest.mark.parametrize("contract", [AGES, NOTHING])
def test_dates_of_birth_among_ages_are_found_whatever_their_share(births: int, contract) -> None:
    for cell in ("12/03/1985", "1985-03-12", "12 Mar 1985"):
        cells = ["34"] * (200 - births) + [cell] * births
        assert column("age", cells, contract) == (Finding("age", "date of birth", births),)
    assert column("age", ["34"] * 20 + ["12/03/2024"], contract) == ()


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("male_victims Aisha Khan 9434765919", {"NHS number", "name"}),
        ("contact_jo@example.org", {"e-mail address"}),
        ("Beat (Mr Smith)", {"name"}),
        ("cases of L1 8JQ", {"full postcode"}),
        ("seen by aisha khan", {"name"}),
        ("Aisha_Khan_cases", {"name"}),
        ("phone 0151 496 0123 ext", {"phone number"}),
        ("male_victims", set()),
        ("Thomas More School", set()),
        ("2013_to_2025", set()),
        ("Lewis and Harris", set()),
        ("Church Street ward", set()),
    ],
)
def test_header_that_holds_an_identifier_is_a_finding_and_is_not_shown(header: str, kind: set[str]) -> None:
    found = column(header, ["3"])
    assert {finding.kind for finding in found} == kind
    assert {finding.header for finding in found} <= {"column 1"}
    assert (show_title(header) == NOT_SHOWN) == bool(kind) or header == "Thomas More School"


@pytest.mark.parametrize(
    ("name", "is_held"),
    [
        ("marac_aisha.khan@mail.co.uk_9434765919.csv", True),
        ("marac_9434765919.csv", True),
        ("marac-9434765919-v2.csv", True),
        ("Aisha_Khan.xlsx", True),
        ("aisha_khan_marac.csv", True),
        ("Khan-Aisha-19870312.csv", True),
        ("Mr_Smith_notes.csv", True),
        ("Owain Rees (copy).csv", True),
        ("L1_8JQ_crimes.csv", True),
        ("crimes_0151_496_0123.csv", True),
        ("2018-01-merseyside-street.csv.gz", False),
        ("police_crimes_20240301120000.csv", False),
        ("mye2_lad_syoa_sex_2019.csv", False),
        ("extract_SW1_wards.csv", False),
        ("crimes_01-04-2023_31-03-2024.csv", False),
        ("crimes 01.04.2023 - 31.03.2024.csv", False),
        ("crimes_1709294400.csv", False),
        ("la23_rep.csv", False),
        ("UK_Knife_Crime_Workbook.xlsx", False),
        ("ed_assaults_Jan-24.csv", False),
        ("police_crimes_2024-03 FINAL v2.csv", False),
    ],
)
def test_name_of_a_file_that_holds_an_identifier(name: str, is_held: bool) -> None:
    assert holds_identifier(name) == is_held


def test_no_name_of_a_real_file_holds_an_identifier(real_data: Path) -> None:
    names = [file.relative_to(real_data).as_posix() for file in real_data.rglob("*") if file.is_file()]
    assert len(names) > 50
    assert [name for name in names if holds_identifier(name)] == []


def test_names_and_accounts_as_they_are_told_in_free_text_are_held() -> None:
    cells = {
        "assaulted by KHAN": True,
        "assaulted by Khan outside": True,
        "assaulted by aisha khan": True,
        "pushed by his friend priya patel.": True,
        "at 14 Church Street, Bootle": True,
        "insta @aishak99": True,
        "assaulted by Police": False,
        "ASSAULTED BY SECURITY": False,
        "hit by car on Khan Road": False,
        "seen in Morgan Street by staff": False,
        "near Church Street, Bootle": False,
        "met @ 10:15": False,
        "he tried to parry the blow": False,
        "3 males at 22:15 on Park Road": False,
        "punched by friend at party": False,
    }
    assert dict(zip(cells, hold_identifier(pa.array(list(cells))).to_pylist(), strict=True)) == cells
