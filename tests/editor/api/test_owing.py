"""A workspace that owes us for a payment that was taken back orders nothing new."""

from billing.facade import balance
from billing.ledger import take_back
from billing.models import Hold
from editor.models import Edit


def test_who_owes_us_is_refused_with_402_told_what_to_do_and_not_charged(api, credit, image, alice):
    take_back(workspace_id=alice.workspace.id, amount=credit + 250_000, key="dp_1")
    answer = api.post("/edits", {"prompt": "warmer", "images": [image.id]})
    assert answer.status_code == 402
    assert answer.json()["error"]["code"] == "owes"
    assert answer.json()["error"]["type"] == "payment_error"
    assert answer.json()["error"]["message"] == (
        "This workspace owes $0.250000, for a payment that was taken back after it was spent. "
        "Nothing was charged; add credit and send it again."
    )
    assert not Edit.objects.exists()
    assert not Hold.objects.exists()
    assert balance(alice.workspace.id).owed == 250_000
