"""The flows, run for real by Prefect's own engine on the small area, and the file that deploys them."""

from __future__ import annotations

import importlib
import json
import shutil
from pathlib import Path

import pytest
import yaml

from pipeline.settings import DEMONSTRATION, PROJECT
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


def test_origins_are_fetched_a_task_each_and_one_that_fails_keeps_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    from prefect.blocks.system import Secret
    from prefect.client.orchestration import get_client
    from prefect.testing.utilities import prefect_test_harness

    from pipeline import flows

    share = write_small_area(tmp_path / "partner")
    (tmp_path / "known_hosts").write_text("")
    shutil.copytree(DEMONSTRATION.parent, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "assessment.toml").open("a", encoding="utf-8") as stream:
        stream.write(
            f'\n[[origins]]\nname = "partner"\nkind = "folder"\npath = "{share.as_posix()}"\n'
            f'\n[[origins]]\nname = "away"\nkind = "folder"\npath = "{tmp_path.as_posix()}/away"\n'
            '\n[[origins]]\nname = "trust"\nkind = "sftp"\nhost = "127.0.0.1"\nport = 1\npath = "/"\n'
            f'user = "u"\nsecret_block = "trust"\nknown_hosts = "{tmp_path.as_posix()}/known_hosts"\n'
        )
    monkeypatch.setattr(flows.fetch_source, "retry_delay_seconds", [0, 0])
    with prefect_test_harness(server_startup_timeout=120):
        Secret(value="never-to-be-seen").save("trust")
        state = flows.monthly_refresh(str(tmp_path), fetch=True, return_state=True)
        with get_client(sync_client=True) as client:
            [artifact] = [each for each in client.read_artifacts() if each.key == "fetch"]
            tasks = [each for each in client.read_task_runs() if each.name.startswith("fetch ")]
            logs = client.read_logs()
    assert state.name == "Completed"
    assert state.result()["deliveries"] == 5
    table = {row["origin"]: row for row in json.loads(str(artifact.data))}
    assert {name: (row["status"], row["files"]) for name, row in table.items()} == {
        "partner": ("new", 6),
        "away": ("failed", 0),
        "trust": ("failed", 0),
    }
    assert {each.name: each.run_count for each in tasks} == {
        "fetch partner": 1,
        "fetch away": 3,
        "fetch trust": 3,
    }
    assert "never-to-be-seen" not in "".join(log.message for log in logs)
