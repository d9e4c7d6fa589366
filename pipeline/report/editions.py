"""The editions that one run can write: what each is made from, and what its files are called."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.settings import ConfigurationError


@dataclass(frozen=True)
class Edition:
    """One kind of report: its settings in `reports/`, and its files without their endings.

    `{place}` in the name of a file stands for the district that the report is about.
    """

    name: str
    settings: str
    page: str
    pdf: str

    @property
    def is_by_district(self) -> bool:
        """Whether each district has a report of its own."""
        return "{place}" in self.page


FULL = Edition("full", "yearly.yml", "index", "report")
EDITIONS = {
    edition.name: edition
    for edition in (
        FULL,
        Edition("brief", "brief.yml", "brief", "brief"),
        Edition("district", "district.yml", "districts/{place}", "districts/{place}"),
        Edition("monitor", "monitor.yml", "monitor", "monitor"),
        Edition("public", "public.yml", "summary", "summary"),
    )
}
ALL = "all"


def choose_editions(names: Sequence[str]) -> tuple[Edition, ...]:
    """The named editions in their order above; ConfigurationError for a name that is none of them."""
    for name in names:
        if name != ALL and name not in EDITIONS:
            near = difflib.get_close_matches(name, [*EDITIONS, ALL], n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ConfigurationError(
                f"There is no edition {name!r}: name {', '.join(EDITIONS)} or {ALL} after --edition.{hint}"
            )
    return tuple(edition for edition in EDITIONS.values() if ALL in names or edition.name in names)
