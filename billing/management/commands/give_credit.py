"""Give a workspace credit that nobody paid for."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.crypto import get_random_string

from accounts.errors import InvalidInput
from accounts.models import User
from billing.money import format_short, parse_usd
from billing.services.give_credit import give_credit

KEY_LENGTH = 22


class Command(BaseCommand):
    """`manage.py give_credit wsp_… 25 --by sam@example.com --reason "a pilot"`; said twice, it gives twice."""

    help = "Give a workspace credit that nobody paid for; the reason stands in its history."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the workspace, how much, who gives it, why, and until when."""
        parser.add_argument("workspace", help="its id, wsp_…")
        parser.add_argument("usd", help="dollars, such as 25.00")
        parser.add_argument("--by", required=True, help="e-mail address of the member of staff who gives it")
        parser.add_argument("--reason", required=True, help="why, as the customer will read it")
        parser.add_argument(
            "--until", help="the last day on which it can be used, UTC, such as 2027-01-31; else for ever"
        )

    def handle(self, *, workspace: str, usd: str, by: str, reason: str, until: str | None, **_: Any) -> None:
        """Check everything, then give it."""
        staff = User.objects.filter(email=by.strip().lower(), is_staff=True, is_active=True).first()
        if staff is None:
            raise CommandError("--by names nobody on the staff. Nothing was given.")
        try:
            amount = parse_usd(usd)
            last = date.fromisoformat(until) if until else None
        except ValueError as error:
            raise CommandError(f"Nothing was given: {error}.") from error
        end = datetime.combine(last + timedelta(days=1), time(), UTC) if last else None
        try:
            give_credit(
                workspace_id=workspace, amount=amount, key=f"given:{get_random_string(KEY_LENGTH)}", reason=reason,
                by=staff, expires_at=end,
            )  # fmt: skip
        except InvalidInput as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{workspace} has ${format_short(amount)} more{f', until the end of {last}' if last else ''}."
        )
