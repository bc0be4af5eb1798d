"""The ledger against a model of it, on SQLite and, where DOCPRIV_TEST_POSTGRES names a database, on PostgreSQL."""

from __future__ import annotations

import os
import random
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from docpriv.batch.ledger import Ended, Ledger, Place, Row, State
from docpriv.batch.summary import summarise
from docpriv.errors import IntegrityError, OutputError, UsageError

POSTGRES = os.environ.get("DOCPRIV_TEST_POSTGRES")
DATABASES = ["sqlite", *(["postgresql"] if POSTGRES else [])]


def place(number: int, *, size: int = 1) -> Place:
    return Place(place=f"at-{number:04d}", path=f"box/{number}.png", size=size, mtime_ns=number)


@pytest.fixture(params=DATABASES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return POSTGRES if request.param == "postgresql" and POSTGRES else str(tmp_path / "ledger.sqlite")


@pytest.fixture
def ledger(where: str) -> Iterator[Ledger]:
    with Ledger(where, f"job-{secrets.token_hex(4)}") as book:
        yield book


def fill(ledger: Ledger, count: int) -> None:
    ledger.add(map(place, range(count)), recipe="a" * 64, version="1")


def test_a_document_is_entered_once_and_waits_again_only_where_something_changed(ledger: Ledger) -> None:
    assert ledger.add(map(place, range(3)), recipe="r1", version="1").new == 3
    assert ledger.add(map(place, range(4)), recipe="r1", version="1").new == 1
    claims = ledger.claim("me", 2, seconds=60)
    for claim in claims:
        assert ledger.end(claim.place, claim.token, State.RELEASED, Ended(output_sha256="aa", output="o"))
    assert ledger.add([place(0, size=2)], recipe="r1", version="1").changed == 1
    assert ledger.add([place(1)], recipe="r2", version="1").again == 1
    assert ledger.counts() == {State.WAITING: 4}
    again = ledger.claim("me", 4, seconds=60)
    assert {c.output_sha256 for c in again if c.place in {"at-0000", "at-0001"}} == {"aa"}, "what it wrote it may replace"


def test_two_runners_never_hold_one_document(ledger: Ledger, where: str) -> None:
    fill(ledger, 60)
    got: list[str] = []
    lock = threading.Lock()

    def work(name: str) -> None:
        with Ledger(where, ledger._job) as book:
            while claims := book.claim(name, 3, seconds=60):
                with lock:
                    got.extend(c.place for c in claims)

    threads = [threading.Thread(target=work, args=(f"runner-{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [f"at-{i:04d}" for i in range(60)]


def test_a_runner_that_slept_through_its_lease_releases_nothing(ledger: Ledger) -> None:
    fill(ledger, 1)
    (old,) = ledger.claim("sleepy", 1, seconds=-1)
    (new,) = ledger.claim("awake", 1, seconds=60)
    ran = []
    with pytest.raises(OutputError, match="another runner"), ledger.fence(old.place, old.token, Ended()):
        ran.append("old")
    assert ran == []
    assert not ledger.end(old.place, old.token, State.FAILED, Ended())
    assert ledger.renew([old], seconds=60) == [old]
    with ledger.fence(new.place, new.token, Ended(document="doc-1", output_sha256="aa", output="o")):
        ran.append("new")
    assert ran == ["new"]
    with pytest.raises(OutputError), ledger.fence(new.place, new.token, Ended()):
        ran.append("twice")
    assert ran == ["new"], "released at most once"


def test_a_release_that_fails_leaves_the_lease_as_it_was(ledger: Ledger) -> None:
    fill(ledger, 1)
    (claim,) = ledger.claim("me", 1, seconds=60)
    with pytest.raises(RuntimeError), ledger.fence(claim.place, claim.token, Ended()):
        raise RuntimeError
    assert ledger.counts() == {State.LEASED: 1}
    assert ledger.give_back(claim.place, claim.token, died=True)
    (again,) = ledger.claim("me", 1, seconds=60)
    assert (again.deaths, again.attempts, again.token) == (1, 2, claim.token + 1)


def test_nobody_gets_a_document_while_its_gate_is_open(ledger: Ledger, where: str) -> None:
    fill(ledger, 1)
    (claim,) = ledger.claim("me", 1, seconds=-1)  # the lease has run out; the token still is the newest
    taken: list[list[Row]] = []

    def grab() -> None:
        with Ledger(where, ledger._job) as other:
            taken.append(other.claim("other", 1, seconds=60))

    thread = threading.Thread(target=grab)
    with ledger.fence(claim.place, claim.token, Ended(document="doc-1")):
        thread.start()
        thread.join(timeout=0.5)
    thread.join()
    assert taken == [[]]
    assert ledger.counts() == {State.RELEASED: 1}


def test_a_second_transaction_that_waits_sees_what_the_first_did(ledger: Ledger) -> None:
    fill(ledger, 2)
    assert ledger.due() == 0.0
    claims = ledger.claim("me", 2, seconds=50)
    due = ledger.due()
    assert due is not None
    assert 40 < due <= 50
    assert ledger.runners() == {"me": 2}
    assert ledger.give_back_all(["somebody else"]) == 0
    assert ledger.give_back_all(["me"]) == 2
    assert not ledger.end(claims[0].place, claims[0].token, State.FAILED, Ended()), "who gave it back may not end it"


def test_retry_takes_ended_documents_alone(ledger: Ledger) -> None:
    fill(ledger, 3)
    first, second = ledger.claim("me", 2, seconds=60)
    ledger.end(first.place, first.token, State.WITHHELD, Ended(document="doc-7", error="withheld", exit_code=5))
    assert ledger.retry([State.WAITING, State.LEASED]) == 0
    assert ledger.retry(documents=["doc-7"]) == 1
    assert ledger.counts() == {State.LEASED: 1, State.WAITING: 2}
    ledger.end(second.place, second.token, State.QUARANTINED, Ended(error="engine", exit_code=4))
    assert [row.error for row in ledger.rows([State.QUARANTINED])] == ["engine"]
    assert ledger.retry([State.QUARANTINED]) == 1


def ended_somehow(ledger: Ledger, count: int, seed: int) -> None:
    """Documents in every state, with details of all sizes."""
    rng = random.Random(seed)
    ledger.add(map(place, range(count)), recipe="a" * 64, version="1")
    for claim in ledger.claim("me", count - 5, seconds=60):
        state = rng.choice([State.RELEASED, State.RELEASED, State.WITHHELD, State.FAILED, State.QUARANTINED, State.LEASED])
        if state is State.LEASED:
            continue
        slip = state is State.RELEASED and rng.random() < 0.3
        code = rng.choice(["withheld", "corrupt", "engine"]) if state is not State.RELEASED else "withheld" if slip else None
        ledger.end(
            claim.place,
            claim.token,
            state,
            Ended(
                document=f"doc-{claim.place}",
                error=code,
                exit_code=5 if code else 0,
                pages=rng.randrange(5),
                output="o",
                output_sha256="b" * 64,
                regions=rng.randrange(9),
                seconds=rng.random(),
                detail={
                    part: {rng.choice("xyz"): rng.randrange(1, 9) for _ in range(rng.randrange(3))}
                    for part in ("kinds", "detectors", "left", "because", "checks")
                    if rng.random() < 0.7
                }
                | {"stages": {stage: round(rng.random(), 3) for stage in ("read", "find")}},
            ),
            died=state is State.QUARANTINED,
        )
    ledger.retry([State.RELEASED], documents=[f"doc-at-{n:04d}" for n in range(0, count, 7)])


def test_the_database_counts_what_its_rows_say(ledger: Ledger) -> None:
    ended_somehow(ledger, 300, seed=5)
    said, rows = summarise(ledger, "job-0"), list(ledger.rows())
    done = [row for row in rows if row.state not in {State.WAITING, State.LEASED}]
    assert said.states == Counter(str(row.state) for row in rows)
    assert set(said.states) == set(State)
    assert (said.documents, said.recipes, said.versions) == (300, {"a" * 64: 300}, {"1": 300})
    for name, part in (
        ("left", said.left),
        ("checks", said.failed_checks),
        ("because", said.withheld_because),
    ):
        counted: Counter[str] = Counter()
        for row in done:
            counted.update({key: int(value) for key, value in row.detail.get(name, {}).items()})
        assert part == counted, name
        assert counted
    for name, wanted, of_state in (
        ("kinds", said.kinds, {State.RELEASED}),
        ("detectors", said.detectors, {State.RELEASED}),
        ("kinds", said.kinds_withheld, {State.WITHHELD, State.FAILED, State.QUARANTINED}),
    ):
        covered: Counter[str] = Counter()
        for row in done:
            covered.update({key: int(value) for key, value in row.detail.get(name, {}).items() if row.state in of_state})
        assert wanted == covered, name
        assert covered
    for stage in ("read", "find"):
        assert said.seconds[stage] == pytest.approx(sum(row.detail["stages"][stage] for row in done), abs=0.051)
    assert said.pages == sum(row.pages for row in done)
    assert said.regions == sum(row.regions for row in done if row.state is State.RELEASED)
    assert said.regions_withheld == sum(said.kinds_withheld.values())
    assert (said.attempts, said.deaths) == (sum(row.attempts for row in rows), sum(row.deaths for row in rows))
    assert said.deaths == said.states["quarantined"]
    assert said.errors == Counter(row.error for row in done if row.state is not State.RELEASED)
    assert said.released_with_slips == sum(row.state is State.RELEASED and row.error is not None for row in done) > 0
    assert said.standing == sum(row.state is not State.RELEASED and row.output_sha256 is not None for row in rows) > 0
    assert summarise(ledger, "job-0") == said.model_copy(update={"written": summarise(ledger, "job-0").written})


def test_an_empty_job_comes_to_nothing(ledger: Ledger) -> None:
    said = summarise(ledger, "job-0")
    assert (said.documents, said.complete, said.exit_code, said.kinds) == (0, True, 0, {})
    assert ledger.first_path() is None


def test_summing_up_fetches_no_rows(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(ledger, 3)
    monkeypatch.setattr(Ledger, "rows", lambda *_, **__: pytest.fail("rows of a job of years take minutes"))
    assert summarise(ledger, "job-0").documents == 3


def test_every_worker_that_a_document_cost_is_counted(ledger: Ledger) -> None:
    fill(ledger, 2)
    one, two = ledger.claim("me", 2, seconds=60)
    ledger.give_back(one.place, one.token, died=True)
    (again,) = ledger.claim("me", 1, seconds=60)
    ledger.end(again.place, again.token, State.QUARANTINED, Ended(error="engine", exit_code=4), died=True)
    with ledger.fence(two.place, two.token, Ended()):
        pass
    assert not ledger.end(two.place, two.token, State.RELEASED, Ended(), died=True), "its worker died behind the fence"
    assert not ledger.end(one.place, one.token, State.FAILED, Ended(), died=True), "an older lease counts nothing"
    assert [row.deaths for row in ledger.rows()] == [2, 1]


@pytest.mark.parametrize("gone", [True, False])
def test_what_was_taken_back_is_no_output_of_the_ledger_any_more(gone: bool, ledger: Ledger) -> None:
    fill(ledger, 1)
    (claim,) = ledger.claim("me", 1, seconds=60)
    ledger.end(claim.place, claim.token, State.RELEASED, Ended(output="o", output_sha256="b" * 64))
    ledger.retry()
    (claim,) = ledger.claim("me", 1, seconds=60)

    def fails() -> bool:
        raise OutputError("it cannot be moved")

    with pytest.raises(OutputError):
        ledger.end(claim.place, claim.token, State.WITHHELD, Ended(error="withheld", exit_code=5), withdraw=fails)
    assert ledger.counts() == {State.LEASED: 1}
    assert ledger.end(claim.place, claim.token, State.WITHHELD, Ended(error="withheld", exit_code=5), withdraw=lambda: gone)
    assert next(ledger.rows()).output_sha256 == (None if gone else "b" * 64)
    said = summarise(ledger, "job-0")
    assert (said.withdrawn, said.standing) == ((1, 0) if gone else (0, 1))
    ran: list[str] = []
    assert not ledger.end(claim.place, claim.token, State.WITHHELD, Ended(), withdraw=lambda: bool(ran.append("late")))
    assert ran == [], "who does not hold the document takes nothing back"


def test_jobs_that_share_a_database_do_not_see_each_other(where: str) -> None:
    one, two = f"job-{secrets.token_hex(4)}", f"job-{secrets.token_hex(4)}"
    with Ledger(where, one) as first, Ledger(where, two) as second:
        fill(first, 2)
        fill(second, 1)
        assert len(second.claim("me", 9, seconds=60)) == 1
        assert first.counts() == {State.WAITING: 2}
        assert (first.sums().counts("states"), second.sums().counts("states")) == ({State.WAITING: 2}, {State.LEASED: 1})


def test_rows_come_in_order_however_many(ledger: Ledger) -> None:
    fill(ledger, 1203)
    assert [row.place for row in ledger.rows()] == [f"at-{i:04d}" for i in range(1203)]


def test_the_file_is_private_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path, "job-1").close()
    assert path.stat().st_mode & 0o077 == 0
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all " * 100)
    with pytest.raises(IntegrityError, match="damaged"):
        Ledger(broken, "job-1")


def test_a_ledger_of_another_schema_is_refused(where: str) -> None:
    import sqlalchemy as sa

    from docpriv.batch.ledger.tables import META, Database

    book = Database(where)
    with book.writing() as connection:
        connection.execute(sa.update(META).values(value="999"))
    try:
        with pytest.raises(IntegrityError, match="schema 999"):
            Ledger(where, "job-1")
    finally:
        with book.writing() as connection:
            connection.execute(sa.update(META).values(value="1"))
        book.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense://"])
def test_other_databases_are_refused_without_repeating_the_url(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Ledger(url, "job-1")
    assert "x/y" not in caught.value.message


class LedgerMachine(RuleBasedStateMachine):
    """Any order of claims, ends, deaths, expiries and walks; a plain dictionary says what the ledger must say."""

    where = ""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(self.where, f"job-{secrets.token_hex(8)}")
        self.states: dict[str, State] = {}
        self.tokens: dict[str, int] = {}
        self.expired: set[str] = set()
        self.claims: list[Row] = []
        self.releases: dict[str, int] = {}

    def teardown(self) -> None:
        self.ledger.close()

    @rule(number=st.integers(0, 5))
    def walk(self, number: int) -> None:
        one = place(number)
        self.ledger.add([one], recipe="r1", version="1")
        self.states.setdefault(one.place, State.WAITING)
        self.tokens.setdefault(one.place, 0)

    @rule(lasting=st.booleans())
    def claim(self, lasting: bool) -> None:
        free = [p for p, s in self.states.items() if s is State.WAITING or p in self.expired]
        got = self.ledger.claim("runner", 1, seconds=1000 if lasting else -1)
        assert bool(got) == bool(free)
        for one in got:
            assert one.place in free
            assert one.token == self.tokens[one.place] + 1
            self.tokens[one.place], self.states[one.place] = one.token, State.LEASED
            (self.expired.discard if lasting else self.expired.add)(one.place)
            self.claims.append(one)

    def _held(self, claim: Row) -> bool:
        return self.states[claim.place] is State.LEASED and self.tokens[claim.place] == claim.token

    def _leave(self, claim: Row, state: State) -> None:
        self.states[claim.place] = state
        self.expired.discard(claim.place)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), crash=st.booleans())
    def release(self, data: st.DataObject, crash: bool) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        held, passed = self._held(claim), False
        try:
            with self.ledger.fence(claim.place, claim.token, Ended(output_sha256="aa", output="o")):
                passed = True
                if crash:
                    raise RuntimeError
        except (OutputError, RuntimeError):
            pass
        assert passed == held, "the fence opens for the newest lease alone"
        if passed and not crash:
            self.releases[claim.place] = self.releases.get(claim.place, 0) + 1
            self._leave(claim, State.RELEASED)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), state=st.sampled_from([State.WITHHELD, State.FAILED, State.QUARANTINED]))
    def end(self, data: st.DataObject, state: State) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        held = self._held(claim)
        assert self.ledger.end(claim.place, claim.token, state, Ended(error="withheld", exit_code=5)) == held
        if held:
            self._leave(claim, state)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), died=st.booleans())
    def give_back(self, data: st.DataObject, died: bool) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        held = self._held(claim)
        assert self.ledger.give_back(claim.place, claim.token, died=died) == held
        if held:
            self._leave(claim, State.WAITING)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def renew(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        held = self._held(claim)
        assert self.ledger.renew([claim], seconds=1000) == ([] if held else [claim])
        if held:
            self.expired.discard(claim.place)

    @rule(state=st.sampled_from([State.RELEASED, State.WITHHELD, State.FAILED, State.QUARANTINED]))
    def retry(self, state: State) -> None:
        ended = [p for p, s in self.states.items() if s is state]
        assert self.ledger.retry([state]) == len(ended)
        for one in ended:
            self.states[one] = State.WAITING
            self.releases.pop(one, None)

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        assert {row.place: row.state for row in self.ledger.rows()} == self.states
        assert all(count == 1 for count in self.releases.values())


def test_any_order_of_events_keeps_the_promises(where: str) -> None:
    LedgerMachine.where = where
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
