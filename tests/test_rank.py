"""Ranks and group means of domain B10 and B9: ties, who stays outside, and independence of the order."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.outcome import EVALUATED, EXEMPT, GATE_CLOSED, NOT_REPORTED, NOT_REVIEWED, SLA
from processors.rank import BY_GROUP, BY_REGION, Entrant, GroupMean, Standing, competition_ranks, group_means, rank
from templates.policy import policy_from

D = Decimal

POLICY = policy_from(
    {
        "achievement_basis": "target_ratio", "achievement_cap": "100", "interp_7_2": "linear",
        "interp_indicator": "linear", "floor": "1.0000", "gate_fail_score": "0.0000", "factor_rubric": ["0", "1"],
        "factor_min_share": "0.70", "progress_lower_better": "ratio", "plan_progress_overall": "mean",
        "ministry_weights": "equal", "missed_round_deduction": "0", "rounding": "half_up", "score_decimals": 4,
        "percent_decimals": 2, "supersede_by": "",
    }
)  # fmt: skip


def entrant(agency: str, score: str | None, group: str = "OPM", region: str = "", status: str = EVALUATED) -> Entrant:
    return Entrant(agency, None if score is None else D(score), status, group, region)


def test_ties_skip_the_next_rank() -> None:
    assert competition_ranks([D("3"), D("5"), D("4"), D("4.0000")]) == {D(5): 1, D(4): 2, D(3): 4}
    ranks = rank([entrant("a", "5"), entrant("b", "4"), entrant("c", "4"), entrant("d", "3")], POLICY)
    assert [(row.agency, row.national.rank, row.shared) for row in ranks] == [
        ("a", 1, False),
        ("b", 2, True),
        ("c", 2, True),
        ("d", 4, False),
    ]
    assert {row.national.of for row in ranks} == {4}


def test_scores_tie_at_four_decimals() -> None:
    first, second, third = rank([entrant("a", "3.50004"), entrant("b", "3.50001"), entrant("c", "3.49995")], POLICY)
    assert [row.national.rank for row in (first, second, third)] == [1, 1, 1]
    assert str(third.score) == "3.5000"


def test_a_difference_in_the_fourth_decimal_counts() -> None:
    ranks = rank([entrant("a", "3.5000"), entrant("b", "3.5001")], POLICY)
    assert [(row.agency, row.national.rank) for row in ranks] == [("b", 1), ("a", 2)]


def test_ranks_in_group_and_region() -> None:
    ranks = {
        row.agency: row
        for row in rank(
            [
                entrant("a", "5", "X", "north"),
                entrant("b", "4", "Y", "north"),
                entrant("c", "4", "X", "south"),
                entrant("d", "2", "", ""),
            ],
            POLICY,
        )
    }
    assert ranks["c"].national == Standing(2, 4, True)
    assert ranks["c"].in_group == Standing(2, 2, False)
    assert ranks["c"].in_region == Standing(1, 1, False)
    assert ranks["b"].in_region == Standing(2, 2, False)
    assert ranks["d"].national == Standing(4, 4, False)
    assert ranks["d"].in_group == ranks["d"].in_region == Standing(None, 0, False)


@pytest.mark.parametrize("status", [NOT_REPORTED, NOT_REVIEWED, SLA, EXEMPT, GATE_CLOSED])
def test_unranked_agencies_stay_outside(status: str) -> None:
    ranks = rank([entrant("a", None, status=status), entrant("b", "3"), entrant("c", "1", status=status)], POLICY)
    assert [(row.agency, row.national.rank) for row in ranks] == [("b", 1), ("a", None), ("c", None)]
    assert [row.national.of for row in ranks] == [1, 1, 1]
    assert ranks[2].score is None and not ranks[2].shared


def test_nobody_to_rank() -> None:
    assert rank([], POLICY) == ()
    assert rank([entrant("a", None, status=SLA)], POLICY)[0].national == Standing(None, 0, False)


def test_an_agency_twice_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="ranked twice: a"):
        rank([entrant("a", "1"), entrant("a", "2")], POLICY)


def test_group_means_leave_the_unevaluated_outside() -> None:
    entrants = [
        entrant("a", "5.0000", "X", "north"),
        entrant("b", "4.0000", "X", "south"),
        entrant("c", "4.0001", "X", "south"),
        entrant("d", None, "X", "south", NOT_REPORTED),
        entrant("e", None, "Y", "north", SLA),
        entrant("f", "1.0000", ""),
    ]
    assert group_means(entrants, BY_GROUP, POLICY) == (
        GroupMean("X", D("4.3334"), 3, (("d", NOT_REPORTED),)),
        GroupMean("Y", None, 0, (("e", SLA),)),
    )
    north, south = group_means(entrants, BY_REGION, POLICY)
    assert (north.group, north.mean, north.outside) == ("north", D("5.0000"), (("e", SLA),))
    assert (south.group, str(south.mean), south.counted) == ("south", "4.0001", 2)  # 4.00005, half up


entrants_of_all_kinds = st.lists(
    st.builds(
        Entrant,
        st.text("abcdef", min_size=1, max_size=4),
        st.one_of(st.none(), st.decimals("0", "5", places=4), st.sampled_from([D(1), D("1.0000"), D(5)])),
        st.sampled_from([EVALUATED, EVALUATED, NOT_REPORTED, SLA]),
        st.sampled_from(["X", "Y", ""]),
        st.sampled_from(["north", "south", ""]),
    ),
    unique_by=lambda item: item.agency,
    max_size=12,
)


@given(entrants_of_all_kinds, st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order(entrants: list[Entrant], chance: random.Random) -> None:
    shuffled = list(entrants)
    chance.shuffle(shuffled)
    assert rank(shuffled, POLICY) == rank(entrants, POLICY)
    for by in (BY_GROUP, BY_REGION):
        assert group_means(shuffled, by, POLICY) == group_means(entrants, by, POLICY)


@given(entrants_of_all_kinds)
def test_a_rank_is_one_more_than_the_number_above(entrants: list[Entrant]) -> None:
    ranks = rank(entrants, POLICY)
    assert {row.agency for row in ranks} == {item.agency for item in entrants}
    scored = [row for row in ranks if row.score is not None]
    for row in ranks:
        assert row.national.of == len(scored)
        assert (row.national.rank is None) == (row.score is None)
        if row.score is None:
            continue
        assert row.national.rank == 1 + sum(other.score > row.score for other in scored if other.score is not None)
        assert row.shared == (sum(other.score == row.score for other in scored) > 1)
        mates = [other for other in scored if other.group == row.group]
        better = sum(other.score > row.score for other in mates if other.score is not None)
        assert row.in_group.rank == (1 + better if row.group else None)
