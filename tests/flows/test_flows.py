"""The flows, run for real by Prefect's own engine on the small area, and the file that deploys them."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
import yaml

from pipeline.settings import PROJECT
from tests.cli.area import write_small_area

# Prefect's own and its database's; none of ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:prefect"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_monthly_refresh_completes_and_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    from prefect.client.orchestration import get_client
    from prefect.testing.utilities import prefect_test_harness

    from pipeline.flows import monthly_refresh

    folder = write_small_area(tmp_path)
    with (folder / "police_crimes_2024-03.csv").open("a") as stream:
        stream.write("no row\n")
    with prefect_test_harness(server_startup_timeout=120):
        first = monthly_refresh(str(tmp_path), return_state=True)
        second = monthly_refresh(str(tmp_path), return_state=True)
        with get_client(sync_client=True) as client:
            artifacts = client.read_artifacts()
            runs = client.read_flow_runs()
    assert (first.name, second.name) == ("Completed", "Completed")
    counts = {"deliveries": 5, "refused": 0, "rows_held_back": 1, "hidden_figures": 0}
    assert first.result() == {**counts, "new": 5}
    assert second.result() == {**counts, "new": 0}
    assert {run.state_name for run in runs} == {"Completed"}
    assert {artifact.key for artifact in artifacts} == {"refresh"}
    assert (tmp_path / "data" / "curated" / "published" / "indicator_values.parquet").exists()


def test_deployments_name_flows_that_exist_and_their_parameters() -> None:
    deployments = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert [deployment["name"] for deployment in deployments] == ["monthly", "yearly"]
    for deployment in deployments:
        file, name = deployment["entrypoint"].split(":")
        assert (PROJECT / file).is_file()
        flow = getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name)
        assert set(deployment["parameters"]) <= set(flow.parameters.properties)
        assert deployment["concurrency_limit"]["limit"] == 1
        for schedule in deployment["schedules"]:
            assert schedule["timezone"] == "Europe/London"
