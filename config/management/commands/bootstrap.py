"""Make the first user, workspace, credit and key."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from billing.money import parse_usd
from config.bootstrap import bootstrap
from config.database import prepare_database

LONGEST_NAME = 80


class Command(BaseCommand):
    """Migrate if needed; then user, workspace, credit and a new API key."""

    help = "Make a user with a workspace, credit and an API key, or find them again by e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--email", required=True, help="who owns the workspace")
        parser.add_argument("--workspace", required=True, help="its name, should it be made now")
        parser.add_argument("--credit", default="0.00", help="dollars, granted only when the workspace is made")
        parser.add_argument("--staff", action="store_true", help="let them see the staff's pages: providers, alerts")
        parser.add_argument("--json", dest="as_json", action="store_true", help="print one JSON object")

    def handle(self, *, email: str, workspace: str, credit: str, as_json: bool, **options: Any) -> None:
        """Check the options, do it, and print the ids, the key, and the password if the user is new."""
        amount = _check(email, workspace, credit)
        prepare_database()
        made = bootstrap(email=email, workspace=workspace.strip(), credit=amount, staff=options["staff"]).as_dict()
        if as_json:
            self.stdout.write(json.dumps(made))
        else:
            made["password"] = made["password"] or "(unchanged)"
            self.stdout.writelines(f"{name:10} {value}\n" for name, value in made.items())


def _check(email: str, workspace: str, credit: str) -> int:
    """Give the credit in µ$; raises CommandError naming the option that is wrong."""
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise CommandError(f"--email: {email!r} is not an e-mail address.") from error
    if not 1 <= len(workspace.strip()) <= LONGEST_NAME:
        raise CommandError(f"--workspace: a name has 1 to {LONGEST_NAME} characters.")
    try:
        return parse_usd(credit)
    except ValueError as error:
        raise CommandError(f"--credit: {error}.") from error
