"""What the API takes about budgets."""

from typing import Any

from billing import facade
from editor.api.bodies import Body
from editor.api.fields import Choice, DollarsOrNone, Text
from editor.api.money_shapes import PERIODS, SCOPES

ID_CHARACTERS = 40


class BudgetBody(Body):
    """The body of `POST /budgets`."""

    scope = Choice(SCOPES)
    target = Text(
        max_length=ID_CHARACTERS,
        allow_null=True,
        default=None,
        help_text="The project's, member's or key's id; nothing for the workspace.",
    )
    period = Choice(PERIODS)
    limit = DollarsOrNone(help_text="Dollars a period; 0 lets nothing through.")
    approver = Text(
        max_length=ID_CHARACTERS,
        allow_null=True,
        default=None,
        help_text="The id of a member for whom an edit over the budget waits; without one it is refused.",
    )


BUDGET = BudgetBody()


def read_budget(data: Any) -> facade.BudgetTerms:
    """Read the body. Raises ValidationError, ParseError."""
    fields = BUDGET.run_validation(data)
    return facade.BudgetTerms(
        scope=fields["scope"],
        target=fields["target"] or "",
        period=fields["period"],
        limit=fields["limit"],
        approver=fields["approver"] or "",
    )
