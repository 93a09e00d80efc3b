"""See to it that a workspace has a customer at Stripe."""

from accounts.models import User, Workspace
from accounts.services.record_audit import By
from billing import stripe_api
from billing.models import Customer


def keep_customer(*, workspace_id: str, by: By) -> Customer:
    """Find the workspace's customer, or make it. Two at once get the same, for Stripe is asked under one key.

    Raises what `stripe_api` does.
    """
    found = Customer.objects.filter(workspace_id=workspace_id).first()
    if found is not None:
        return found
    workspace = Workspace.objects.get(id=workspace_id)
    email = User.objects.filter(id=by.user_id).values_list("email", flat=True).first() or ""
    stripe_id = stripe_api.make_customer(workspace=workspace_id, name=workspace.name, email=email)
    Customer.objects.bulk_create([Customer(workspace_id=workspace_id, stripe_id=stripe_id)], ignore_conflicts=True)
    return Customer.objects.get(workspace_id=workspace_id)
