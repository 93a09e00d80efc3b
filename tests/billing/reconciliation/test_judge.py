"""What is charged is settled as far as it is due; the rest is found, and named for what it is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing.reconciliation.charge import Charge
from billing.reconciliation.judge import Finding, Found, Owed, Settlement, judge

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def charge(number, amount=40_000, minute=0):
    return Charge(number, f"line-{number}", amount, NOON + timedelta(minutes=minute))


def owed(attempt="att_1", due=40_000, pictures=1):
    return Owed(attempt, due, pictures, "seedream-4.5 2K", NOON)


def judged(*amounts, due=40_000):
    charges = [charge(number, amount) for number, amount in enumerate(amounts)]
    return judge(charges, dict.fromkeys(range(len(amounts)), "att_1"), {"att_1": owed(due=due)})


def kinds(judgement):
    return [(finding.kind, finding.amount) for finding in judgement.findings]


def test_what_is_due_is_settled_and_nothing_is_found():
    result = judged(40_000)
    assert (result.settlements, result.findings) == ([Settlement("att_1", 40_000, 40_000)], [])


def test_less_than_is_due_is_settled_as_it_is_charged():
    assert judged(30_000).settlements == [Settlement("att_1", 30_000, 30_000)]
    assert kinds(judged(30_000)) == []


def test_more_than_is_due_is_found():
    result = judged(50_000)
    assert (result.settlements, kinds(result)) == (
        [Settlement("att_1", 40_000, 50_000)],
        [(Found.OVER_CHARGED, 10_000)],
    )


def test_charged_twice_is_found_and_refunded_again_it_is_not():
    assert kinds(judged(40_000, 40_000)) == [(Found.DUPLICATE, 40_000)]
    assert kinds(judged(40_000, 40_000, -40_000)) == []
    assert kinds(judged(50_000, 50_000)) == [(Found.DUPLICATE, 50_000), (Found.OVER_CHARGED, 10_000)]


def test_what_failed_and_was_not_refunded_is_found():
    result = judged(40_000, due=0)
    assert (result.settlements, kinds(result)) == ([Settlement("att_1", 0, 40_000)], [(Found.MISSING_REFUND, 40_000)])
    assert kinds(judged(40_000, -40_000, due=0)) == []


def test_a_charge_for_nothing_we_know_is_found():
    result = judge([charge(1)], {}, {})
    assert result.findings == [Finding(Found.UNMATCHED, "line:line-1", 40_000, (0,), facts={"ticket": ""})]


def many(units):
    """Give a judgement of charges a minute apart, each for one attempt of which 40,000 µ$ are due."""
    charges = [charge(place, unit, place) for place, unit in enumerate(units)]
    attempts = {place: f"att_{place}" for place in range(len(units))}
    return judge(charges, attempts, {name: owed(name) for name in attempts.values()})


def test_a_new_price_is_told_once():
    result = many([40_000] * 10 + [44_000] * 20)
    (drift,) = result.findings
    assert (drift.kind, drift.amount, len(drift.places)) == (Found.PRICE_DRIFT, 80_000, 20)
    assert drift.facts["unit"] == 44_000
    assert drift.facts["was"] == 40_000


def test_a_price_that_fell_is_told_too():
    (drift,) = many([40_000] * 10 + [30_000] * 20).findings
    assert (drift.kind, drift.amount) == (Found.PRICE_DRIFT, 0)


def test_single_errors_are_no_new_price():
    units = [40_000] * 60
    units[10::10] = [80_000] * 5
    assert kinds(many(units)) == [(Found.OVER_CHARGED, 40_000)] * 5


def test_a_wrong_charge_beside_a_new_price_is_told_by_itself():
    units = [44_000] * 20
    units[7] = 90_000
    assert sorted(kinds(many(units))) == [(Found.OVER_CHARGED, 50_000), (Found.PRICE_DRIFT, 19 * 4_000)]


amounts = st.lists(st.integers(-100_000, 100_000).filter(bool), min_size=1, max_size=5)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(amounts, st.integers(0, 100_000))), amounts)
def test_a_total_is_what_was_settled_and_what_was_found(of_attempts, strays):
    charges: list[Charge] = []
    attempts, known = {}, {}
    for name, (own, due) in of_attempts.items():
        known[name] = owed(name, due)
        for amount in own:
            attempts[len(charges)] = name
            charges.append(charge(len(charges), amount, len(charges)))
    charges += [charge(1000 + place, amount, place) for place, amount in enumerate(strays)]
    result = judge(charges, attempts, known)
    settled = sum(each.owed for each in result.settlements)
    assert sum(each.amount for each in charges) == settled + sum(each.amount for each in result.findings)
    assert len({each.key for each in result.findings}) == len(result.findings)
