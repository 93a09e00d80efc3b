"""A hold tells when it takes credit below the line, and only the one that crosses it."""

import pytest

from billing import facade
from billing.errors import InsufficientCredit
from billing.facade import LowCredit, balance, capture, credit_warning, release, set_credit_warning
from billing.ledger import grant, set_top_up_line
from tests.conftest import Person


def hold(*, workspace_id: str, reference: str, amount: int) -> LowCredit | None:
    done = facade.set_aside(workspace_id=workspace_id, reference=reference, amount=amount)
    return None if done is None else done.held.low


@pytest.fixture
def workspace(alice: Person) -> str:
    grant(workspace_id=alice.workspace.id, amount=100, key="a hundred")
    set_credit_warning(workspace_id=alice.workspace.id, below=50)
    return alice.workspace.id


def test_only_the_hold_that_crosses_the_line_tells(workspace: str):
    assert hold(workspace_id=workspace, reference="edt_1", amount=50) is None
    assert hold(workspace_id=workspace, reference="edt_2", amount=10) == LowCredit(available=40, below=50)
    assert hold(workspace_id=workspace, reference="edt_3", amount=10) is None
    assert balance(workspace).available == 30


def test_the_same_hold_again_tells_nothing(workspace: str):
    assert hold(workspace_id=workspace, reference="edt_1", amount=60) is not None
    assert hold(workspace_id=workspace, reference="edt_1", amount=60) is None


def test_credit_that_came_back_can_fall_again(workspace: str):
    assert hold(workspace_id=workspace, reference="edt_1", amount=60) is not None
    release(reference="edt_1")
    assert hold(workspace_id=workspace, reference="edt_2", amount=60) is not None
    capture(reference="edt_2", amount=60)
    assert hold(workspace_id=workspace, reference="edt_3", amount=1) is None
    grant(workspace_id=workspace, amount=100, key="more")
    assert hold(workspace_id=workspace, reference="edt_4", amount=100) == LowCredit(available=39, below=50)


def test_what_is_refused_crosses_nothing(workspace: str):
    with pytest.raises(InsufficientCredit):
        hold(workspace_id=workspace, reference="edt_1", amount=101)
    assert hold(workspace_id=workspace, reference="edt_1", amount=51) is not None


def test_without_a_line_nothing_is_told(workspace: str):
    set_credit_warning(workspace_id=workspace, below=None)
    assert credit_warning(workspace) is None
    assert hold(workspace_id=workspace, reference="edt_1", amount=100) is None


def test_the_line_may_be_drawn_before_there_is_credit(mallory: Person):
    set_credit_warning(workspace_id=mallory.workspace.id, below=7)
    assert credit_warning(mallory.workspace.id) == 7
    grant(workspace_id=mallory.workspace.id, amount=10, key="ten")
    assert hold(workspace_id=mallory.workspace.id, reference="edt_1", amount=4) == LowCredit(available=6, below=7)


def test_every_hold_that_leaves_less_than_the_line_for_top_ups_says_so(workspace: str):
    set_top_up_line(workspace_id=workspace, below=60)
    asked = [facade.set_aside(workspace_id=workspace, reference=f"edt_{number}", amount=25) for number in range(3)]
    assert [done.held.top_up for done in asked if done] == [False, True, True]
    set_top_up_line(workspace_id=workspace, below=None)
    last = facade.set_aside(workspace_id=workspace, reference="edt_last", amount=25)
    assert last is not None
    assert last.held.top_up is False
