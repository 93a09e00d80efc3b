"""Make, or find again, a user with a workspace, credit and a key."""

import secrets
from dataclasses import asdict, dataclass, field

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from accounts.models import Membership, User, Workspace
from accounts.permissions import Role
from accounts.services.create_workspace import create_workspace
from accounts.services.issue_api_key import issue_api_key
from billing import ledger

PASSWORD_BYTES = 15
ONE_AT_A_TIME = 0x424F4F54  # the advisory lock's number: "BOOT"


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """Ids of workspace and user, a new key, and the password, which is None for a user who was there before."""

    workspace: str
    user: str
    api_key: str = field(repr=False)
    password: str | None = field(repr=False)

    def as_dict(self) -> dict[str, str | None]:
        """Give what is printed as JSON."""
        return asdict(self)


def bootstrap(*, email: str, workspace: str, credit: int, staff: bool = False) -> Bootstrapped:
    """Find the user and the workspace they own by e-mail address, or make them; the key is new each time.

    Of several workspaces the one of this name is taken, else the oldest. `credit` (µ$) is granted only to a workspace
    that is made now. `staff` lets the user into the staff's pages; without it nothing is taken away. One transaction;
    two at once make one user.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        user, password = _user(email.strip().lower())
        if staff and not user.is_staff:
            user.is_staff = True
            user.save(update_fields=["is_staff"])
        owned = _owned_workspace(user, workspace) or _workspace(user, workspace, credit)
        key = issue_api_key(workspace=owned, created_by=user, name="bootstrap")
    return Bootstrapped(workspace=owned.id, user=user.id, api_key=key, password=password)


def _user(email: str) -> tuple[User, str | None]:
    user = User.objects.filter(email=email).first()
    if user is not None:
        return user, None
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user = User.objects.create_user(email, password)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user, password


def _owned_workspace(user: User, name: str) -> Workspace | None:
    mine = (
        Membership.objects.select_related("workspace").filter(user=user, role=Role.OWNER).order_by("created_at", "id")
    )
    found = mine.filter(workspace__name=name).first() or mine.first()
    return found.workspace if found else None


def _workspace(user: User, name: str, credit: int) -> Workspace:
    made = create_workspace(owner=user, name=name)
    if credit:
        ledger.grant(workspace_id=made.id, amount=credit, key=f"bootstrap:{made.id}")
    return made
