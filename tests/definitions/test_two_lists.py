"""What is declared is used, and what is used is declared: seeds, contracts, models and their layers."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.settings import PROJECT, Settings
from tests.conftest import query
from tests.counts.reference import read_seed

DBT = PROJECT / "dbt_project"
SEEDS = {file.stem: file for file in sorted((DBT / "seeds").glob("*.csv"))}
# By nature numbers, days, and yes or no; everything else is text.
NUMBERS = {
    "lines_per_delivery": "integer",
    "n_2024_25_england_wales": "bigint",
    "sort_order": "integer",
    "preference": "integer",
    "multiplier": "integer",
    "decimals": "integer",
    "age_from": "integer",
    "age_to": "integer",
    "month_offset": "integer",
    "threshold": "integer",
    "rounding_base": "integer",
    "value": "double",
    "denominator": "double",
    "weight": "double",
    "multiplier_from_2015_16": "double",
    "fewest_offences": "integer",
}
DAYS = ("_day", "_date", "valid_from", "valid_to", "period_start", "period_end")
# Columns that are landed and that no model reads yet; a model that takes one up strikes it from this list.
UNREAD = {
    # Free text stays out of the warehouse.
    "ed_assaults": {"assault_location_description", "assault_method_description"},
    "la_hierarchy": {"la_name"},
    # What an officer wrote is searched at the door; no model reads it.
    "da_incidents": {"incident_note"},
    "police_crimes": {"crime_note"},
}
# Kinds of delivery that are recognised, so that a folder's file has a name, and that nothing needs yet.
UNUSED: set[str] = set()


def read_header(file: Path) -> list[str]:
    """The columns of a seed."""
    with file.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


def declared_seeds() -> dict[str, dict[str, Any]]:
    """The seeds of _seeds.yml by name."""
    document = yaml.safe_load((DBT / "seeds" / "_seeds.yml").read_text(encoding="utf-8"))
    return {seed["name"]: seed for seed in document["seeds"]}


def contracts() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Source, table and YAML of every kind of delivery."""
    for file in sorted((DBT / "models" / "staging").rglob("_*__sources.yml")):
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                yield source["name"], table["name"], table


@pytest.fixture(scope="module")
def manifest(demonstration: Settings) -> dict[str, Any]:
    """What dbt understood of the project."""
    [file] = demonstration.curated.glob("dbt/*/manifest.json")
    return json.loads(file.read_text(encoding="utf-8"))


def test_every_seed_is_declared_and_every_declared_seed_is_there() -> None:
    assert set(declared_seeds()) == set(SEEDS)


@pytest.mark.parametrize("name", SEEDS)
def test_every_column_of_a_seed_is_declared_as_text_unless_it_is_a_number_by_nature(name: str) -> None:
    declared = declared_seeds()[name]["config"]["column_types"]
    assert list(declared) == read_header(SEEDS[name])
    for column, data_type in declared.items():
        natural = "date" if column.endswith(DAYS) else NUMBERS.get(column, "varchar")
        # Lenses write yes, no and fictional; a true or false that is nothing else may be a boolean.
        assert data_type == natural or (data_type == "boolean" and column.startswith("is_")), column


def test_codes_keep_their_text_in_the_warehouse(demonstration: Settings) -> None:
    descriptions = dict(
        query(
            demonstration,
            "select offence_code, description from offence_codes where offence_code like '4.1%'",
        )
    )
    assert descriptions == {"4.1": "Manslaughter", "4.10": "Corporate manslaughter"}
    for table, column in (
        ("offence_codes", "offence_code"),
        ("lens_rules", "offence_code"),
        ("measure_rules", "offence_code"),
        ("cin_factors", "factor_code"),
        ("icd10_violence", "icd10_code"),
        ("icd10_violence", "place_code"),
        ("dfe_exclusion_reasons", "reason_code"),
    ):
        with SEEDS[table].open(encoding="utf-8", newline="") as stream:
            written = {row[column] for row in csv.DictReader(stream)} - {""}
        kept = {code for (code,) in query(demonstration, f"select distinct {column} from {table}")} - {None}
        assert kept == written, table


def test_the_extracts_that_the_models_read_keep_codes_as_text(demonstration: Settings) -> None:
    types = query(
        demonstration,
        """select table_name, column_name, data_type from information_schema.columns
           where column_name like '%\\_code' escape '\\' and data_type != 'VARCHAR'""",
    )
    assert types == []


def test_every_column_of_a_contract_is_read_by_its_staging_model(demonstration: Settings) -> None:
    unread: dict[str, set[str]] = {}
    unused: set[str] = set()
    for source, name, table in contracts():
        readers = [
            file
            for file in (DBT / "models" / "staging").rglob("*.sql")
            if f'source("{source}", "{name}")' in file.read_text(encoding="utf-8")
        ]
        assert len(readers) <= 1, name
        if not readers:
            unused.add(name)
            continue
        # As compiled: a model may write its columns in a loop.
        [compiled] = demonstration.curated.glob(f"dbt/*/compiled/**/{readers[0].name}")
        text = compiled.read_text(encoding="utf-8")
        # A series of columns is named once: age_{}_count.
        columns = [column["name"].replace("{}", "0") for column in table.get("columns", [])]
        missing = {column for column in columns if not re.search(rf"\b{column}\b", text)}
        if missing:
            unread[name] = missing
    # Of the two tables that have a column a reason and a column a factor, what some breakdown publishes is read.
    permanent = unread.pop("exclusions_by_reason")
    assert all(column.startswith("permanent_") for column in permanent)
    published = {
        row["breakdown_key"] for row in read_seed("breakdown_values") if row["breakdown"] == "factor"
    }
    factors = {column.removesuffix("_count") for column in unread.pop("assessment_factor_totals")}
    assert factors & published == set()
    assert unread == UNREAD
    assert unused == UNUSED


def test_every_mart_and_seed_says_what_a_row_is_and_tests_it(manifest: dict[str, Any]) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["test_metadata"]["name"] == "grain"
    }
    nodes = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "seed" or node.get("path", "").startswith("marts/")
    }
    nodes = {key: node for key, node in nodes.items() if node["resource_type"] in ("seed", "model")}
    assert len(nodes) >= len(SEEDS) + 6
    assert [
        key for key, node in nodes.items() if not node["description"].strip().startswith("One row per")
    ] == []
    assert sorted(set(nodes) - tested) == []


def test_marts_have_enforced_contracts(manifest: dict[str, Any]) -> None:
    marts = [node for node in manifest["nodes"].values() if node.get("path", "").startswith("marts/")]
    models = [node for node in marts if node["resource_type"] == "model"]
    assert len(models) >= 6
    assert [node["name"] for node in models if not node["config"]["contract"]["enforced"]] == []


def layer_of(key: str, manifest: dict[str, Any]) -> str:
    """The layer of a node: source, seed, staging, intermediate or marts."""
    kind = key.split(".", maxsplit=1)[0]
    return manifest["nodes"][key]["path"].split("/")[0] if kind == "model" else kind


def test_data_flows_from_sources_to_staging_to_intermediate_to_marts(manifest: dict[str, Any]) -> None:
    allowed = {
        "staging": {"source"},
        "intermediate": {"staging", "intermediate", "seed"},
        "marts": {"staging", "intermediate", "seed", "marts"},
    }
    wrong = []
    for key, node in manifest["nodes"].items():
        if node["resource_type"] == "model":
            layer = layer_of(key, manifest)
            for parent in node["depends_on"]["nodes"]:
                if layer_of(parent, manifest) not in allowed[layer]:
                    wrong.append((key, parent))
    assert wrong == []


def test_names_tell_the_layer(manifest: dict[str, Any]) -> None:
    prefixes = {"staging": ("stg_",), "intermediate": ("int_",), "marts": ("dim_", "fct_")}
    models = [(key, node) for key, node in manifest["nodes"].items() if node["resource_type"] == "model"]
    assert [
        key for key, node in models if not node["name"].startswith(prefixes[layer_of(key, manifest)])
    ] == []


def test_every_seed_is_read_by_a_model_by_the_publishing_stage_or_before_dbt_starts(
    manifest: dict[str, Any],
) -> None:
    read = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for parent in node["depends_on"]["nodes"]
    }
    published = "".join(
        file.read_text(encoding="utf-8") for file in (PROJECT / "pipeline").rglob("publish/*.py")
    )
    checked = (PROJECT / "pipeline" / "definitions" / "closed_cells.py").read_text(encoding="utf-8")
    # A set of symbols is read by the contracts that name it.
    contracts = {"symbols", "corrections"}
    unread = [
        name
        for name in SEEDS
        if f"seed.violence.{name}" not in read
        and f"from {name}" not in published
        and f'"{name}.csv"' not in checked
        and name not in contracts
    ]
    assert unread == []


@pytest.mark.parametrize("indicator_id", ["lens_cost", "domestic_cost"])
def test_the_caveat_of_cost_names_the_violence_that_has_no_unit_cost(indicator_id: str) -> None:
    priced = {row["offence_subgroup"] for row in read_seed("offence_weights") if row["weighting"] == "cost"}
    unpriced = {
        row["offence_subgroup"]
        for row in read_seed("offence_codes")
        if row["offence_group"] in ("Violence against the person", "Sexual offences", "Robbery")
    } - priced
    [caveat] = [row["caveat"] for row in read_seed("indicators") if row["indicator_id"] == indicator_id]
    assert unpriced
    named = {kind.rsplit(" - ", maxsplit=1)[-1].casefold() for kind in unpriced}
    assert [kind for kind in sorted(named) if kind not in caveat] == []


def test_what_is_shown_instead_of_a_definition_is_a_rate_of_offences() -> None:
    lenses = {row["lens_id"] for row in read_seed("lenses")}
    rates = {row["indicator_id"] for row in read_seed("indicators") if row["kind"] == "rate"}
    rows = read_seed("lens_substitutes")
    assert (
        rows and {row["lens_id"] for row in rows} <= lenses and {row["indicator_id"] for row in rows} <= rates
    )
