"""The tree of versions, from rows alone."""

from datetime import UTC, datetime, timedelta

from editor.history import LANES, Row, arrange, lines, only_starred

START = datetime(2026, 1, 1, tzinfo=UTC)


def row(name: str, parent: str | None = None, minute: int = 0, order: int = 0, *, starred: bool = False) -> Row:
    return Row(name, parent, START + timedelta(minutes=minute), order, starred)


def drawn(rows: list[Row]) -> list[tuple[str, int, int]]:
    return [(node.row.id, node.level, node.lane) for node in arrange(rows)]


def test_a_chain_goes_straight_down_in_one_lane():
    assert drawn([row("c", "b", 2), row("a"), row("b", "a", 1)]) == [("a", 1, 0), ("b", 2, 0), ("c", 3, 0)]


def test_siblings_move_one_lane_to_the_right_and_stand_oldest_first():
    rows = [row("a"), row("late", "a", 2), row("early", "a", 1), row("under early", "early", 3)]
    assert drawn(rows) == [("a", 1, 0), ("early", 2, 1), ("under early", 3, 1), ("late", 2, 1)]


def test_pictures_of_one_edit_keep_their_order():
    rows = [row("a"), row("z", "a", 1, 1), row("b", "a", 1, 2)]
    assert [node.row.id for node in arrange(rows)] == ["a", "z", "b"]


def test_a_row_whose_parent_is_elsewhere_is_a_root():
    assert drawn([row("a", "a picture of another project")]) == [("a", 1, 0)]


def test_screen_readers_hear_place_and_number_of_siblings():
    nodes = {node.row.id: node for node in arrange([row("a"), row("b", "a", 1), row("c", "a", 2)])}
    assert [(nodes[name].position, nodes[name].size) for name in "abc"] == [(1, 1), (1, 2), (2, 2)]
    assert [nodes[name].has_children for name in "abc"] == [True, False, False]


def test_a_thousand_edits_deep_is_no_recursion_and_stays_in_the_column():
    rows = [row("0")]
    for i in range(1, 1000):
        rows += [row(str(i), str(i - 1), i), row(f"{i}b", str(i - 1), i, 1)]
    nodes = arrange(rows)
    assert len(nodes) == 1999
    assert max(node.level for node in nodes) == 1000
    assert max(node.lane for node in nodes) == LANES - 1


def test_starred_ones_hang_under_their_nearest_starred_ancestor():
    rows = [row("a", starred=True), row("b", "a", 1), row("c", "b", 2, starred=True), row("d", "c", 3)]
    assert [(kept.id, kept.parent) for kept in only_starred(rows)] == [("a", None), ("c", "a")]


def test_a_starred_one_without_starred_ancestors_is_a_root():
    rows = [row("a"), row("b", "a", 1, starred=True)]
    assert [(kept.id, kept.parent) for kept in only_starred(rows)] == [("b", None)]


def test_an_only_child_is_joined_straight_and_siblings_by_bends():
    straight = arrange([row("a"), row("b", "a", 1)])
    assert lines(straight, row=60, lane=20, rail=10) == "M10 30V90"
    bent = arrange([row("a"), row("b", "a", 1), row("c", "a", 2)])
    assert lines(bent, row=60, lane=20, rail=10) == "M10 30V82q0 8 8 8H30M10 30V142q0 8 8 8H30"
