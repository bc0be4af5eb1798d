"""Jobs on a cluster of threads: what travels, lost workers, machines that do not fit, clusters on which nothing starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from docpriv.batch.archive import ArchiveRun
from docpriv.batch.cluster.order import Order, sample_of, sealed, token_in, unsealed
from docpriv.batch.cluster.remote import RemoteWorker, check_fit
from docpriv.batch.cluster.run import ClusterRun
from docpriv.batch.job_folder import JobFolder, start_job
from docpriv.batch.ledger import Ledger, State
from docpriv.batch.locks import boot_of_machine
from docpriv.errors import ClusterError, DocprivError, EngineError, InputError, OutputError
from docpriv.files import STAGING_PREFIX, lock, open_lock
from docpriv.options import Recipe
from docpriv.provenance import versions
from docpriv.recipes import load_recipe, override, recipe_sha256
from docpriv.run_options import RunOptions
from tests.e2e.runs import tree, write_page
from tests.e2e.test_batch import CANARY, check, fill, rows
from tests.unit.batch.clusters import ThreadCluster


@pytest.fixture
def recipe(fakes: None) -> Recipe:
    return override(load_recipe("redact", ["reading.engine=fake"]), {"finding.deny": (CANARY,)})


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    fill(tmp_path / "in", 4)
    return start_job(tmp_path / "job", tmp_path / "in", tmp_path / "out")


def order_of(job: JobFolder, recipe: Recipe, token: str = "") -> Order:
    return Order(
        versions=versions(),
        machine=boot_of_machine(),
        recipe_sha256=recipe_sha256(recipe),
        options=RunOptions(recipe=recipe, password="secret", pseudonym_secret=b"key", mapping_for=("age1x",)).message(),
        job=job,
        token=token,
        sample=sample_of(job.source),
    )


def run_on(job: JobFolder, recipe: Recipe, cluster: ThreadCluster, **more: Any) -> list[str]:
    """States of the documents as they were reported."""
    run = ClusterRun(job, RunOptions(recipe=recipe), lambda: cluster, **more)
    return [str(step.state) for step in run.steps()]


# --- what travels ------------------------------------------------------------------------------------------------------


def test_an_order_comes_out_as_it_went_in_and_says_nothing_on_the_disk(job: JobFolder, recipe: Recipe) -> None:
    order = order_of(job, recipe)
    with sealed(order) as (path, key):
        assert unsealed(path, key) == order
        assert Path(path).stat().st_mode & 0o077 == 0
        stored = Path(path).read_bytes()
        for secret in (CANARY.encode(), b"secret", os.fsencode(job.source), job.key, job.key.hex().encode()):
            assert secret not in stored
            assert secret not in (path + key).encode()
        with sealed(order) as (_, other), pytest.raises(ClusterError, match="another job folder"):
            unsealed(path, other)
    with pytest.raises(ClusterError, match="does not see the job folder"):
        unsealed(path, key)
    assert CANARY not in repr(order)
    assert "secret" not in repr(order)


def test_reports_hold_ids_and_counts_alone(job: JobFolder, recipe: Recipe) -> None:
    """Whatever a worker answers about a job with a document that fails is free of names, paths and text."""
    (job.source / f"{CANARY}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + CANARY.encode())
    heard: list[dict[str, Any]] = []

    def lose(number: int, answer: dict[str, Any]) -> bool:
        heard.append(answer)
        return False

    states = run_on(job, recipe, ThreadCluster(room=1, lose=lose))
    assert sorted(states) == ["failed", *["released"] * 4]
    said = json.dumps(heard)
    assert CANARY not in said
    assert "box1" not in said
    assert str(job.source.parent) not in said
    assert len(said) < 20_000


def test_a_worker_that_meets_a_bug_does_not_raise(job: JobFolder, recipe: Recipe) -> None:
    worker = RemoteWorker()
    with sealed(order_of(job, recipe)) as (path, _):
        answer = worker.join(path, CANARY)
    assert answer["trouble"]["class"] in {"ClusterError", "DocprivError"}
    assert CANARY not in json.dumps(answer)
    assert worker.work(0, True, 0.0)["trouble"]["message"].startswith("internal error")


# --- machines that do not fit ------------------------------------------------------------------------------------------


def empty_source(order: Order, root: Path) -> Order:
    (root / "elsewhere").mkdir()
    return replace(order, job=replace(order.job, source=root / "elsewhere"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda order, root: order, None),
        (lambda order, root: replace(order, versions=order.versions | {"numpy": "0.0.1"}), "other versions: numpy"),
        (lambda order, root: replace(order, versions=order.versions | {"docpriv": "0.0.1"}), "docpriv .* for 0.0.1"),
        (lambda order, root: replace(order, recipe_sha256="0" * 64), "understands the recipe differently"),
        (lambda order, root: replace(order, machine="another"), "file of SQLite, which only one machine"),
        (empty_source, "does not see the same source"),
        (lambda order, root: replace(order, job=replace(order.job, source=root / "nowhere")), "does not see the same source"),
        (lambda order, root: replace(order, token=".docpriv-staging-0"), "does not see the same output"),
    ],
)
def test_a_machine_has_to_fit(
    change: Callable[[Order, Path], Order], says: str | None, job: JobFolder, recipe: Recipe, tmp_path: Path
) -> None:
    with token_in(job.out) as token:
        order = change(order_of(job, recipe, token), tmp_path)
        if says is None:
            check_fit(order)
        else:
            with pytest.raises(ClusterError, match=says) as caught:
                check_fit(order)
            assert str(tmp_path) not in str(caught.value)
    assert tree(job.out) == {}


def test_what_does_not_fit_reaches_the_user_with_its_own_exit_code(
    job: JobFolder, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docpriv.batch.cluster.remote.boot_of_machine", lambda: "another")
    with pytest.raises(ClusterError, match="SQLite") as caught:
        run_on(job, recipe, ThreadCluster())
    assert (int(caught.value.exit_code), caught.value.code) == (4, "cluster")
    assert "--ledger postgresql" in caught.value.advice
    assert tree(job.out) == {}
    assert {row["attempts"] for row in rows(tmp_path)} <= {0}, "nothing was claimed"


def test_postgresql_may_be_used_from_another_machine(job: JobFolder, recipe: Recipe) -> None:
    """It is asked whether it is there: nothing listens at this address."""
    with token_in(job.out) as token:
        order = replace(
            order_of(job, recipe, token),
            machine="another",
            job=replace(job, ledger="postgresql+psycopg://nobody@127.0.0.1:1/none"),
        )
        with pytest.raises(DocprivError) as caught:
            check_fit(order)
    assert not isinstance(caught.value, ClusterError)
    assert "SQLite" not in str(caught.value)


def test_a_sweep_leaves_the_token_alone(job: JobFolder) -> None:
    from docpriv.staging import sweep

    with token_in(job.out) as token:
        sweep(job.out)
        assert (job.out / token).is_dir()
    assert not (job.out / token).exists()
    left = job.out / token
    left.mkdir()
    (left / "lock").touch()
    sweep(job.out)
    assert not left.exists(), "what a killed run left is swept as any staging is"


class Misfit(RemoteWorker):
    def join(self, path: str, key: str) -> dict[str, Any]:
        return {"trouble": {"class": "OutputError", "message": "no room", "remedy": "Make some."}}


def test_a_misfit_at_the_start_stops_the_job_and_a_later_one_is_left_out(job: JobFolder, recipe: Recipe) -> None:
    with pytest.raises(OutputError, match="no room"):
        run_on(job, recipe, ThreadCluster(worker=Misfit))
    cluster = ThreadCluster()
    run = ClusterRun(job, RunOptions(recipe=recipe), lambda: cluster)

    def late() -> RemoteWorker:
        run._began -= 1e6  # as if the job had begun long ago
        return Misfit()

    kinds = iter([RemoteWorker, late])
    cluster._make = lambda: next(kinds)()
    said: list[str] = []
    run.log = lambda event, **values: said.append(event)
    assert [str(step.state) for step in run.steps()] == ["released"] * 4
    assert said.count("worker-refused") == 1


# --- loss --------------------------------------------------------------------------------------------------------------


def test_a_job_on_a_cluster_writes_what_one_on_a_machine_does(job: JobFolder, recipe: Recipe, tmp_path: Path) -> None:
    assert run_on(job, recipe, ThreadCluster()) == ["released"] * 4
    check(tmp_path, finished=True)
    fill(tmp_path / "two" / "in", 4)
    local = start_job(tmp_path / "two" / "job", tmp_path / "two" / "in", tmp_path / "two" / "out")
    assert len(list(ArchiveRun(local, RunOptions(recipe=recipe)).steps())) == 4
    assert tree(job.out) == tree(local.out)
    assert run_on(job, recipe, ThreadCluster()) == [], "there is nothing left to do"


def test_a_worker_out_of_reach_releases_nothing_twice(job: JobFolder, recipe: Recipe, tmp_path: Path) -> None:
    """The first worker is lost with its first news, and goes on all the same, beside the one that takes its place."""
    fill(tmp_path / "in", 10)
    lost: list[int] = []

    def lose(number: int, answer: dict[str, Any]) -> bool:
        gone = number == 1 and "runner" not in answer  # whatever it says first: a fast worker may be done by then
        lost.extend([number] * gone)
        return gone

    cluster = ThreadCluster(lose=lose)
    run_on(job, recipe, cluster)
    assert lost == [1]
    until = time.monotonic() + 30
    while any(row["state"] != "released" for row in rows(tmp_path)) and time.monotonic() < until:
        time.sleep(0.1)
    worker = cluster.workers[1]
    assert worker is not None
    assert worker._thread is not None
    worker._thread.join(timeout=30)
    check(tmp_path, finished=True)
    assert len(tree(job.out)) == 10


def test_what_a_lost_worker_had_staged_goes_although_it_ends_late(job: JobFolder, recipe: Recipe) -> None:
    """Where staged files have names: its document is claimed again while it still runs."""
    steps = ArchiveRun(job, RunOptions(recipe=recipe)).steps()
    next(steps)
    with Ledger(job.ledger, job.id) as ledger:
        (claim,) = ledger.claim("elsewhere", 1, seconds=600)
        ledger.give_back(claim.place, claim.token)
    private = job.out / Path(claim.path).parent / f"{STAGING_PREFIX}0123"
    private.mkdir(parents=True)
    held = open_lock(private / "lock", new=True)
    assert lock(held)
    (private / "content").write_bytes(b"of a page")
    assert [str(next(steps).state) for _ in range(3)] == ["released"] * 3
    assert private.exists()
    os.close(held)
    assert list(steps) == []
    assert not private.exists()


def test_workers_that_are_lost_again_and_again_end_the_job(recipe: Recipe, tmp_path: Path) -> None:
    for i in range(4):  # documents that never end, so that the lost workers cannot finish the job unseen
        write_page(tmp_path / "in" / f"{i}.png", ["!hang!"])
    job = start_job(tmp_path / "job", tmp_path / "in", tmp_path / "out")
    cluster = ThreadCluster(lose=lambda number, answer: True)
    with pytest.raises(ClusterError, match="end as they start, 6"):
        run_on(job, recipe, cluster)
    cluster = ThreadCluster(room=1, lose=lambda number, answer: "runner" not in answer)
    with pytest.raises(ClusterError, match="lost again and again, 3"):
        run_on(job, recipe, cluster)
    with Ledger(job.ledger, job.id) as ledger:
        assert State.LEASED not in ledger.counts()


def test_a_worker_that_cannot_go_on_leaves_the_rest_to_others(job: JobFolder, recipe: Recipe) -> None:
    class Broken(RemoteWorker):
        def work(self, seen: int, walked: bool, seconds: float) -> dict[str, Any]:
            return {
                "trouble": None,
                "pages": [],
                "reports": [],
                "ended": True,
                "error": {"class": "EngineError", "message": "no engine", "remedy": ""},
            }

    workers = iter([Broken, RemoteWorker])
    assert run_on(job, recipe, ThreadCluster(worker=lambda: next(workers)())) == ["released"] * 4
    write_page(job.source / "more.png", ["Dear @John"])
    with pytest.raises(EngineError, match="no engine"):
        run_on(job, recipe, ThreadCluster(worker=Broken))


def test_silence_is_an_error_that_says_why(job: JobFolder, recipe: Recipe) -> None:
    began = time.monotonic()
    with pytest.raises(ClusterError, match="no worker of the cluster started within 1 seconds: the test says so") as caught:
        run_on(job, recipe, ThreadCluster(worker=lambda: None), start_seconds=1.0)
    assert caught.value.advice == "Ask the test."
    assert time.monotonic() - began < 10


def test_a_worker_that_falls_silent_is_replaced(job: JobFolder, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute(RemoteWorker):
        def work(self, seen: int, walked: bool, seconds: float) -> dict[str, Any]:
            time.sleep(4.0)
            return {}

    monkeypatch.setattr("docpriv.batch.cluster.run._SILENT", 1.5)
    workers = iter([Mute])
    cluster = ThreadCluster(room=1, worker=lambda: next(workers, RemoteWorker)())
    assert run_on(job, recipe, cluster) == ["released"] * 4
    assert cluster.stopped[0] == 1


def test_closing_the_steps_ends_the_workers_and_gives_back_what_they_held(job: JobFolder, recipe: Recipe) -> None:
    cluster = ThreadCluster()
    steps = ClusterRun(job, RunOptions(recipe=recipe), lambda: cluster).steps()
    next(steps)
    steps.close()
    assert set(cluster.stopped) == set(cluster.workers)
    for worker in cluster.workers.values():
        assert worker is not None
        if worker._thread is not None:  # a thread cannot be killed as a process is: it gives up by itself, or ends its job
            worker._run.walked.set()  # type: ignore[union-attr]
            worker._thread.join(timeout=30)
    assert not list((job.path / "private").glob("order-*"))


def test_a_walk_that_fails_is_the_jobs_error(job: JobFolder, recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Any:
        raise InputError("the source is gone")
        yield

    monkeypatch.setattr("docpriv.batch.job_run.walk_tree", broken)
    with pytest.raises(InputError, match="gone"):
        run_on(job, recipe, ThreadCluster())


# --- without Ray -------------------------------------------------------------------------------------------------------

_WITHOUT = """
import sys
sys.modules["ray"] = None
sys.meta_path.insert(0, type("Finder", (), {"find_spec": staticmethod(lambda name, path=None, target=None:
    (_ for _ in ()).throw(ModuleNotFoundError(name=name)) if name.split(".")[0] == "ray" else None)}))
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "ray" else real(name, package)
from docpriv.cli.app import main
sys.exit(main(sys.argv[1:]))
"""


def test_without_ray_the_command_says_what_to_install(tmp_path: Path) -> None:
    fill(tmp_path / "in", 1)
    command = [sys.executable, "-c", _WITHOUT, "batch", tmp_path / "in", tmp_path / "out", "--job", tmp_path / "job"]
    done = subprocess.run([*command, "--backend", "ray"], capture_output=True, timeout=120, check=False)
    assert done.returncode == 2
    assert b"pip install 'docpriv[cluster]'" in done.stderr
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "job").exists()
    done = subprocess.run([*command, "--address", "auto"], capture_output=True, timeout=120, check=False)
    assert done.returncode == 2
    assert b"belong to --backend ray" in done.stderr


def test_the_back_end_loads_ray_only_when_it_begins() -> None:
    code = "import sys, docpriv.batch.cluster, docpriv.batch.open_runs, docpriv.cli.app; sys.exit('ray' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=120, check=False).returncode == 0
