from __future__ import annotations

import timeit
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.domain.tree import Field
from workflow.organisation.model import Candidate, NamedList, Organisation, Outlet, Person, Pool, Position, Room, Unit

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
AFTER = datetime(2027, 1, 1, tzinfo=UTC)

ORGANISATION = Organisation(
    id="o",
    title="街道",
    tenant="t",
    version=3,
    tiers=("中心", "所", "站"),
    roles=("管理员", "审核员", "协调员"),
    units=(
        Unit("中心", "中心"),
        Unit("甲所", "所", "中心"),
        Unit("东站", "站", "甲所"),
        Unit("西站", "站", "甲所"),
        Unit("直属站", "站", "中心"),
    ),
    people=(
        Person("1", "a", "安"),
        Person("2", "b", "白", "en"),
        Person("3", "c", "曹"),
        Person("4", "d", "邓", left_at=BEFORE),
    ),
    positions=(
        Position("3", "东站", "审核员"),
        Position("1", "东站", "审核员"),
        Position("4", "东站", "审核员"),
        Position("1", "甲所", "审核员", since=BEFORE, until=NOW),
        Position("2", "甲所", "审核员", since=NOW),
        Position("3", "甲所", "审核员", since=AFTER),
        Position("1", "甲所", "协调员"),
        Position("2", "中心", "协调员"),
        Position("2", "中心", "管理员"),
        Position("3", "中心", "管理员"),
        Position("4", "中心", "管理员"),
    ),
    pools=(Pool("志愿队伍", "volunteers"),),
    rooms=(Room("站群", "东站"),),
    outlets=(Outlet("公众号", room="站群"),),
    lists=(NamedList("平台", (Field((0, 0), "名称", "text"),), (("抖音",), ("花椒",))),),
)


def test_tiers_count_upwards_from_the_unit_at_hand() -> None:
    assert ORGANISATION.unit_at("站", "东站") == "东站"
    assert ORGANISATION.unit_at("所", "东站") == "甲所"
    assert ORGANISATION.unit_at("中心", "东站") == "中心"
    assert ORGANISATION.unit_at("站", "甲所") is None
    assert ORGANISATION.unit_at("所", "直属站") is None, "a tier that was left out"
    assert ORGANISATION.unit_at("街", "东站") is None
    assert ORGANISATION.unit_at("所", "南站") is None


def test_units_below_are_in_the_files_order() -> None:
    assert ORGANISATION.below("中心", "站") == ("东站", "西站", "直属站")
    assert ORGANISATION.below("甲所", "站") == ("东站", "西站")
    assert ORGANISATION.below("东站", "站") == ("东站",)
    assert ORGANISATION.below("东站", "所") == ()
    assert ORGANISATION.chain("东站") == ("东站", "甲所", "中心")
    assert ORGANISATION.root().id == "中心"
    assert [ORGANISATION.tier_index(tier) for tier in ("中心", "所", "站")] == [0, 1, 2]


def test_holders_are_in_the_files_order_without_those_who_left() -> None:
    assert ORGANISATION.holders("东站", "审核员", NOW) == ("3", "1")
    assert ORGANISATION.holders("西站", "审核员", NOW) == ()
    assert ORGANISATION.holders("甲所", "没有", NOW) == ()


def test_a_position_begins_at_its_since_and_is_over_at_its_until() -> None:
    just_before = datetime(2026, 11, 20, 6, 59, 59, tzinfo=UTC)
    assert ORGANISATION.holders("甲所", "审核员", just_before) == ("1",)
    assert ORGANISATION.holders("甲所", "审核员", NOW) == ("2",)
    assert ORGANISATION.holders("甲所", "审核员", AFTER) == ("2", "3")
    assert ORGANISATION.holds("2", "甲所", "审核员", NOW)
    assert not ORGANISATION.holds("3", "甲所", "审核员", NOW)


def test_holders_are_candidates_at_their_units_tier_by_that_right() -> None:
    assert ORGANISATION.candidates("甲所", "审核员", AFTER) == (
        Candidate("2", "所", "甲所:审核员"), Candidate("3", "所", "甲所:审核员"),
    )  # fmt: skip
    assert ORGANISATION.candidates("甲所", "没有", NOW) == ()


def test_two_positions_of_one_person_are_one_holder() -> None:
    twice = msgspec.structs.replace(ORGANISATION, positions=(Position("1", "甲所", "审核员"),) * 2)
    assert twice.holders("甲所", "审核员", NOW) == ("1",)


def test_who_left_is_not_active_and_holds_nothing() -> None:
    assert ORGANISATION.active("1")
    assert not ORGANISATION.active("4")
    assert not ORGANISATION.active("nobody")
    assert ORGANISATION.roles_of("4", NOW) == ()
    assert ORGANISATION.administrators(NOW) == ("2", "3")
    assert ORGANISATION.administers("2", NOW)
    assert not ORGANISATION.administers("4", NOW)


def test_an_empty_role_goes_to_the_nearest_coordinator_above() -> None:
    assert ORGANISATION.coordinators_above("东站", NOW) == ("甲所", ("1",))
    assert ORGANISATION.coordinators_above("甲所", NOW) == ("中心", ("2",))
    assert ORGANISATION.coordinators_above("直属站", NOW) == ("中心", ("2",))
    assert ORGANISATION.coordinators_above("中心", NOW) == (None, ())


def test_the_walk_upwards_goes_on_until_somebody_is_there() -> None:
    none_at_the_suo = tuple(p for p in ORGANISATION.positions if (p.unit, p.role) != ("甲所", "协调员"))
    assert msgspec.structs.replace(ORGANISATION, positions=none_at_the_suo).coordinators_above("东站", NOW) == (
        "中心",
        ("2",),
    )


def test_a_coordinator_sees_their_unit_and_those_below() -> None:
    assert ORGANISATION.coordinates("1", "东站", NOW)
    assert ORGANISATION.coordinates("1", "甲所", NOW)
    assert not ORGANISATION.coordinates("1", "直属站", NOW)
    assert not ORGANISATION.coordinates("1", "中心", NOW)
    assert not ORGANISATION.coordinates("3", "东站", NOW)


def test_roles_of_a_person_at_a_time() -> None:
    assert ORGANISATION.roles_of("1", BEFORE) == (("东站", "审核员"), ("甲所", "审核员"), ("甲所", "协调员"))
    assert ORGANISATION.roles_of("1", NOW) == (("东站", "审核员"), ("甲所", "协调员"))


def test_roles_may_have_other_names() -> None:
    renamed = msgspec.structs.replace(ORGANISATION, coordinator="审核员", administrator="协调员")
    assert renamed.coordinators_above("东站", NOW) == ("甲所", ("2",))
    assert renamed.administrators(NOW) == ("2",)


def test_everything_with_a_name_is_found_by_it() -> None:
    assert ORGANISATION.person("2") is ORGANISATION.person_by_key("b")
    assert ORGANISATION.unit("东站") == Unit("东站", "站", "甲所")
    assert ORGANISATION.pool("志愿队伍") == Pool("志愿队伍", "volunteers")
    assert ORGANISATION.room("站群") == Room("站群", "东站")
    assert ORGANISATION.outlet("公众号") == Outlet("公众号", room="站群")
    platforms = ORGANISATION.list_named("平台")
    assert platforms is not None
    assert platforms.row_names() == ("抖音", "花椒")
    assert ORGANISATION.time_zone == "Asia/Shanghai"
    for find in ("person", "person_by_key", "unit", "pool", "room", "outlet", "list_named"):
        assert getattr(ORGANISATION, find)("nobody's name") is None


def test_an_unknown_tier_has_no_place() -> None:
    with pytest.raises(KeyError):
        ORGANISATION.tier_index("街")


def test_an_organisation_survives_its_encoding() -> None:
    ORGANISATION.root()
    assert msgspec.json.decode(msgspec.json.encode(ORGANISATION), type=Organisation) == ORGANISATION


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30))
def test_below_is_the_inverse_of_unit_at(parents: list[int]) -> None:
    """Any tree: the parent of unit n+1 is one of the units before it, its tier one lower."""
    units, depth = [Unit("0", "0")], [0]
    for n, choice in enumerate(parents, 1):
        parent = choice % n
        depth.append(depth[parent] + 1)
        units.append(Unit(str(n), str(depth[n]), str(parent)))
    tiers = tuple(str(n) for n in range(max(depth) + 1))
    tree = Organisation(id="o", title="", tenant="t", version=1, tiers=tiers, roles=(), units=tuple(units))
    for unit in units:
        for tier in tiers:
            above = tree.unit_at(tier, unit.id)
            assert above is None or unit.id in tree.below(above, unit.tier)
            for other in tree.below(unit.id, tier):
                assert tree.unit_at(unit.tier, other) == unit.id


def test_asking_who_holds_a_role_costs_no_more_in_a_large_organisation() -> None:
    people = tuple(Person(str(n), str(n), str(n)) for n in range(4_000))
    positions = tuple(Position(person.id, "西站", "审核员", since=BEFORE, until=AFTER) for person in people)
    large = msgspec.structs.replace(ORGANISATION, people=people, positions=ORGANISATION.positions + positions)

    def cost(organisation: Organisation, unit: str) -> float:
        return min(timeit.repeat(lambda: organisation.holders(unit, "审核员", NOW), number=2_000, repeat=5))

    assert len(large.holders("西站", "审核员", NOW)) == 4_000
    assert cost(large, "西站") < 20 * cost(ORGANISATION, "东站")
