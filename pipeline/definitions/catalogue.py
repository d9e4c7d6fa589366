"""The lenses that an assessment knows, with the words for all that their rules name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.definitions.lens_rows import read_conditions, read_lenses
from pipeline.definitions.lenses import Conditions, Lens
from pipeline.definitions.rows import nearest, read_rows
from pipeline.settings import Assessment, ConfigurationError


@dataclass(frozen=True)
class Offence:
    """An offence code in words."""

    label: str
    subgroup: str


@dataclass(frozen=True)
class Catalogue:
    """Lenses by name, the assessment's own first; what conditions ask; the words for conditions, flags, offences."""

    lenses: Mapping[str, Lens]
    conditions: Conditions
    condition_labels: Mapping[str, str]
    flag_labels: Mapping[str, str]
    # In the order of the Home Office table, which keeps groups together.
    offences: Mapping[str, Offence]
    mechanisms: Mapping[str, str]

    def find(self, lens_id: str) -> Lens:
        """The lens of a name; ConfigurationError where there is none."""
        if lens_id not in self.lenses:
            hint = nearest(lens_id, self.lenses, "`sna lens show` lists them.")
            raise ConfigurationError(f"There is no lens {lens_id!r}.{hint}")
        return self.lenses[lens_id]


def read_catalogue(project: Path, assessment: Assessment) -> Catalogue:
    """Everything that the rows say of lenses; they have been checked before."""
    seeds = project / "dbt_project" / "seeds"
    causes = read_rows(seeds / "icd10_violence.csv")
    return Catalogue(
        read_lenses(seeds, assessment.folder),
        read_conditions(seeds),
        {row["condition"]: row["meaning"] for row in read_rows(seeds / "conditions.csv")},
        {row["flag"]: row["label"] for row in read_rows(seeds / "flags.csv")},
        {
            row["offence_code"]: Offence(row["description"], row["offence_subgroup"])
            for row in read_rows(seeds / "offence_codes.csv")
        },
        {
            group: ", ".join(
                row["icd10_code"]
                for row in causes
                if row["mechanism_group"] == group and len(row["icd10_code"]) == 3
            )
            for group in dict.fromkeys(row["mechanism_group"] for row in causes)
        },
    )
