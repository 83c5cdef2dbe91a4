"""What is read within a budget: never more than there is, the most telling first, nothing left out for ever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from infra.apis.live.plan import RESERVE, Purse, Read, plan_reads

reads = st.lists(
    st.builds(
        Read,
        scope=st.sampled_from(["a", "b", "c", "d"]),
        kind=st.sampled_from(["config-var", "domain", "drain", "webhook"]),
        rank=st.integers(0, 5),
        last=st.sampled_from([0.0, 1.0, 2.0]),
        stale=st.booleans(),
    ),
    max_size=30,
)


@given(reads, st.integers(-5, 40))
def test_a_plan_fits_and_loses_nothing(wanted: list[Read], budget: int) -> None:
    """Everything is read now or later, and no more now than the budget allows."""
    plan = plan_reads(wanted, budget)
    assert len(plan.now) == min(len(wanted), max(0, budget))
    assert sorted(map(repr, (*plan.now, *plan.later))) == sorted(map(repr, wanted))


@given(reads, st.integers(0, 40))
def test_what_is_left_tells_less_or_was_read_later(wanted: list[Read], budget: int) -> None:
    """Known changes go first, then what was never read, then what waited longest."""
    plan = plan_reads(wanted, budget)
    for now in plan.now:
        for later in plan.later:
            assert (not now.stale, now.last, now.rank) <= (not later.stale, later.last, later.rank)


@given(st.integers(1, 6), st.integers(1, 12))
def test_nothing_is_left_out_for_ever(apps: int, budget: int) -> None:
    """Run after run, everything is read once before anything is read again."""
    kinds = ("config-var", "domain", "drain")
    last = {(str(app), kind): 0.0 for app in range(apps) for kind in kinds}
    runs = -(-len(last) // budget)
    for run in range(1, runs + 1):
        wanted = [Read(scope, kind, kinds.index(kind), last[scope, kind]) for scope, kind in last]
        last |= {(read.scope, read.kind): float(run) for read in plan_reads(wanted, budget).now}
    assert min(last.values()) > 0


@given(st.integers(0, 6000), st.integers(0, 500), st.lists(st.integers(0, 3), max_size=60))
def test_a_purse_never_gives_more_than_heroku_grants(granted: int, reserve: int, others: list[int]) -> None:
    """However many requests others of the same account send meanwhile, the reserve stays."""
    purse, left = Purse(reserve=reserve), granted
    while purse.take():
        left -= 1
        left = max(0, left - (others.pop() if others else 0))
        purse.answered(str(left))
    assert purse.spent <= max(1, granted - reserve)


def test_a_limit_of_one_s_own_is_kept() -> None:
    """Although Heroku would grant more."""
    purse = Purse(limit=3)
    assert [purse.take() for _ in range(5)] == [True, True, True, False, False]
    assert Purse().left + RESERVE == 4500
