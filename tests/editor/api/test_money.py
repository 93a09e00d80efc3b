"""Ledger, usage and budgets by the API."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import ApiKey, AuditEvent
from billing.models import Budget
from editor.models import Edit, Project
from tests.billing.views.money import TODAY, charge, used
from tests.conftest import Person
from tests.editor.api.doors import V1, Api, refused

pytestmark = pytest.mark.django_db
MONTHLY = {"scope": "workspace", "period": "month", "limit": "0.10"}


def delete(api: Api, path: str) -> Any:
    return api.client.delete(V1 + path, headers=api.headers)


def test_the_ledger_is_listed_page_by_page(api, alice, credit):
    charge(alice.workspace, "edt_1", 47_500)
    charge(alice.workspace, "edt_2", 50_000)
    first = api.get("/ledger?limit=2").json()
    second = api.get(f"/ledger?limit=2&cursor={first['next']}").json()
    rows = [*first["data"], *second["data"]]
    assert [(row["kind"], row["amount"], row["edit"]) for row in rows] == [
        ("capture", "-0.050000", "edt_2"),
        ("capture", "-0.047500", "edt_1"),
        ("grant", "1.000000", None),
    ]
    assert second["next"] is None
    assert rows[0].keys() == {
        "id", "object", "kind", "currency", "amount", "edit", "payment", "memo", "created_at",
    }  # fmt: skip


def test_the_ledger_is_looked_through(api, alice, credit):
    charge(alice.workspace, "edt_1", 47_500)
    for query, found in {
        "kind=grant": ["grant"],
        "edit=edt_1": ["capture"],
        "edit=edt_2": [],
        f"from={TODAY + timedelta(days=1)}": [],
        f"from={TODAY}&to={TODAY}": ["capture", "grant"],
        "to=9999-12-31": ["capture", "grant"],
        "to=0001-01-01": [],
    }.items():
        assert [row["kind"] for row in api.get(f"/ledger?{query}").json()["data"]] == found, query


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("kind=cost", "kind"), ("from=2026-13-01", "from"), ("to=20261120", "to"), ("edit=%00", "edit"),
        ("cursor=edt_1", "cursor"), ("cursor=0", "cursor"), ("cursor=9999999999999999999", "cursor"),
        ("limit=0", "limit"),
        ("since=2026-11-20", "since"), ("kind=grant&kind=plan", "kind"),
    ],
)  # fmt: skip
def test_a_bad_query_of_the_ledger_is_named(api, query, param):
    refused(api.get(f"/ledger?{query}"), 422, "invalid", param)


def test_usage_is_summed_up_by_what_is_asked(api, alice):
    used(alice.workspace, member="usr_1", pictures=3, retail=150_000)
    used(alice.workspace, days_ago=1, provider="pixazo")
    whole = api.get("/usage").json()
    assert (whole["from"], whole["to"], whole["group_by"]) == (str(TODAY - timedelta(days=29)), str(TODAY), [])
    assert whole["total"] == {"pictures": 4, "charged": "0.200000", "refunded": "0.000000", "spent": "0.200000"}
    rows = api.get("/usage?group_by=provider,member").json()["data"]
    nothing = dict.fromkeys(["day", "model", "resolution", "project", "key"]) | {"refunded": "0.000000"}
    assert rows == [
        {
            **nothing,
            "provider": "shortapi",
            "member": "usr_1",
            "pictures": 3,
            "charged": "0.150000",
            "spent": "0.150000",
        },
        {**nothing, "provider": "pixazo", "member": None, "pictures": 1, "charged": "0.050000", "spent": "0.050000"},
    ]
    days = api.get(f"/usage?group_by=day&from={TODAY}").json()["data"]
    assert [(row["day"], row["charged"]) for row in days] == [(str(TODAY), "0.150000")]


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("group_by=workspace", "group_by"), ("group_by=day,member,key", "group_by"), ("group_by=", "group_by"),
        ("from=2025-01-01&to=2026-11-20", "from"), ("from=2026-11-20&to=2026-11-19", "from"), ("by=day", "by"),
    ],
)  # fmt: skip
def test_a_bad_query_of_usage_is_named(api, query, param):
    refused(api.get(f"/usage?{query}"), 422, "invalid", param)


def test_a_budget_is_set_changed_listed_and_removed(api, alice, bob):
    made = api.post("/budgets", MONTHLY)
    assert made.status_code == 200
    body = made.json()
    assert (body["limit"], body["left"], body["target"], body["approver"]) == ("0.100000", "0.100000", None, None)
    assert api.post("/budgets", MONTHLY).json() == body
    changed = api.post("/budgets", {**MONTHLY, "limit": 0, "approver": bob.user.id}).json()
    assert (changed["id"], changed["limit"], changed["approver"]) == (body["id"], "0.000000", bob.user.id)
    assert api.get("/budgets").json() == {"data": [changed], "next": None}
    assert delete(api, f"/budgets/{body['id']}").status_code == 204
    refused(delete(api, f"/budgets/{body['id']}"), 404, "not_found")
    acts = list(AuditEvent.objects.filter(action__startswith="budget").order_by("id").values_list("action", flat=True))
    assert acts == ["budget.set", "budget.set", "budget.removed"]  # the same again is no act


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({**MONTHLY, "limit": "-1"}, "limit"), ({**MONTHLY, "limit": True}, "limit"),
        ({**MONTHLY, "period": "year"}, "period"),
        ({**MONTHLY, "scope": "team"}, "scope"), ({**MONTHLY, "target": "prj_1"}, "target"),
        ({**MONTHLY, "scope": "project"}, "target"), ({**MONTHLY, "scope": "project", "target": "a\0b"}, "target"),
        ({**MONTHLY, "scope": "key", "target": "key_1"}, "target"), ({**MONTHLY, "approver": "usr_1"}, "approver"),
        ({**MONTHLY, "id": "bud_1"}, "id"), ({"scope": "workspace", "period": "day"}, "limit"),
    ],
)  # fmt: skip
def test_a_bad_budget_is_refused_and_nothing_kept(api, body, param):
    assert "Nothing was kept or charged." in refused(api.post("/budgets", body), 422, "invalid", param)
    assert not Budget.objects.exists()


def test_a_keys_own_cap_is_its_monthly_budget(api, alice):
    key = ApiKey.objects.get(workspace=alice.workspace)
    ApiKey.objects.filter(id=key.id).update(monthly_cap=5_000_000)
    body = {"scope": "key", "target": key.id, "period": "month", "limit": "9.00"}
    assert "$5.000000" in refused(api.post("/budgets", body), 422, "invalid", "limit")
    assert api.post("/budgets", {**body, "period": "day"}).status_code == 200


def test_who_sees_money_sets_no_budget(api, alice):
    ApiKey.objects.update(scopes=["money"])
    refused(api.post("/budgets", MONTHLY), 403, "missing_scope")
    refused(delete(api, "/budgets/bud_1"), 403, "missing_scope")
    assert api.get("/budgets").json() == {"data": [], "next": None}


def test_a_strangers_budget_and_project_are_like_missing_ones(api, mallory: Person):
    stranger = Api(mallory.key)
    mine = api.post("/budgets", MONTHLY).json()["id"]
    assert refused(delete(stranger, f"/budgets/{mine}"), 404, "not_found") == refused(
        delete(stranger, "/budgets/bud_gone"), 404, "not_found"
    )
    hers = Project.objects.create(workspace=mallory.workspace, name="Hers").id
    refused(api.post("/budgets", {**MONTHLY, "scope": "project", "target": hers}), 422, "invalid", "target")
    assert stranger.get("/budgets").json()["data"] == []
    assert Budget.objects.get().id == mine


def test_over_a_budget_an_edit_is_refused_with_what_is_left_and_until_when(api, credit, image):
    api.post("/budgets", {**MONTHLY, "limit": "0.01"})
    said = refused(api.post("/edits", {"prompt": "x", "images": [image.id]}), 402, "over_budget")
    assert "the monthly budget of this workspace has $0.010000 left until 1 " in said
    assert "Nothing was charged" in said
    assert not Edit.objects.exists()


def test_an_edit_that_waits_says_so(api, alice, credit, image):
    api.post("/budgets", {**MONTHLY, "limit": "0.01", "approver": alice.user.id})
    edit = api.post("/edits", {"prompt": "x", "images": [image.id]}).json()
    assert (edit["status"], edit["awaits_approval"], edit["price"]["held"]) == ("queued", True, "0.047500")
    taken_back = api.post(f"/edits/{edit['id']}/cancel").json()
    assert (taken_back["status"], taken_back["awaits_approval"]) == ("canceled", False)
