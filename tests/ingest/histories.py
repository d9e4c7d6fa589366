"""Three small kinds of delivery, and what the door makes of one after another: records, counts, a lookup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.contracts import Column, Contract
from pipeline.ingest.land import Ingested, ingest_folder
from pipeline.register import Delivery, current_deliveries, read_ledger
from pipeline.settings import Settings
from tests.ingest.door import AS_OF, deliver, read_extract

RECORDS = Contract(
    source_id="records", title="Records", publisher="", files=("records*.csv",), format="csv", cadence="month",
    period="recorded_on", policy_id="open", is_openly_published=False, licence="", legal_basis="", ask="",
    scope=("force",),
    columns=(
        Column("record_id", "varchar", ("id",), is_key=True),
        Column("force", "varchar", ("force",), is_required=True),
        Column("recorded_on", "date", ("day",), is_required=True),
        Column("amount", "integer", ("amount",)),
    ),
)  # fmt: skip
# The same without an identifier.
COUNTS = replace(
    RECORDS, source_id="counts", title="Counts", files=("counts*.csv",), columns=RECORDS.columns[1:]
)
LOOKUP = replace(
    COUNTS, source_id="lookup", title="Lookup", files=("lookup*.csv",), cadence="once", period="", scope=()
)
KINDS = (RECORDS, COUNTS, LOOKUP)

Row = tuple[str, str, str, int]


def rows(month: str, *ids: int, force: str = "A", amount: int = 1) -> list[Row]:
    """Records of a month, one for each number."""
    return [(f"r{number}", force, f"{month}-{number % 28 + 1:02}", amount) for number in ids]


def unnamed(content: Sequence[Row]) -> list[Row]:
    """The same records without their identifier."""
    return [("", *row[1:]) for row in content]


def write_file(settings: Settings, name: str, content: Sequence[Row]) -> None:
    """Delivers rows under a name; what the name begins with says of which kind they are."""
    has_key = name.startswith("records")
    lines = ["id,force,day,amount" if has_key else "force,day,amount"]
    lines += [",".join(map(str, row if has_key else row[1:])) for row in content]
    deliver(settings, name, ("\n".join(lines) + "\n").encode())


def take_all(settings: Settings, contracts: tuple[Contract, ...] = KINDS) -> Ingested:
    return ingest_folder(settings, contracts, AS_OF)


def current(settings: Settings) -> tuple[Delivery, ...]:
    return current_deliveries(read_ledger(settings.register), settings.assessment.name)


def counted(settings: Settings, source_id: str) -> int:
    """The rows of a source in the deliveries that stand."""
    standing = {line.delivery_id for line in current(settings)}
    return sum(each in standing for (each,) in read_extract(settings, source_id, "delivery_id"))
