"""What OpenAPI says about the addresses of ledger, usage and budgets."""

from drf_spectacular.utils import OpenApiParameter, extend_schema

from editor.api import money_shapes as shapes
from editor.api.budget_bodies import BudgetBody
from editor.api.describe import problems
from editor.api.fields import IDENTIFIER
from editor.api.queries import DAY

_WORDS = "|".join(shapes.GROUPS)
_SINCE = OpenApiParameter("from", DAY, description="The first day, in UTC.")
_UNTIL = OpenApiParameter("to", DAY, description="The last day, in UTC.")

read_ledger = extend_schema(
    operation_id="read_ledger",
    tags=["ledger"],
    parameters=[
        OpenApiParameter("kind", str, enum=shapes.KINDS),
        _SINCE,
        _UNTIL,
        OpenApiParameter("edit", {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"}),
    ],
    responses={200: shapes.MovementShape(many=True), **problems(422)},
)
read_usage = extend_schema(
    operation_id="read_usage",
    description=(
        "Sum up the days from `from` to `to`, both included. Everything counts on the day, in UTC, on which the ledger "
        "booked it: a charge when its edit ended, a refund when it was given back, also of an earlier charge. So "
        "`spent` over any days is what the ledger's `capture`, `refund` and `correction` entries for edits add up to."
    ),
    tags=["usage"],
    parameters=[
        _SINCE,
        _UNTIL,
        OpenApiParameter(
            "group_by",
            {"type": "string", "pattern": f"^({_WORDS})(,({_WORDS}))?$"},
            description=f"Up to {shapes.MOST_GROUPS} of {', '.join(shapes.GROUPS)}, each once, with a comma.",
        ),
    ],
    responses={200: shapes.UsageShape, **problems(422)},
)
list_budgets = extend_schema(
    operation_id="list_budgets", tags=["budgets"], responses={200: shapes.BudgetsShape, **problems()}
)
set_budget = extend_schema(
    operation_id="set_budget",
    tags=["budgets"],
    request=BudgetBody,
    responses={200: shapes.BudgetShape, **problems(400, 411, 413, 415, 422)},
)
remove_budget = extend_schema(operation_id="remove_budget", tags=["budgets"], responses={204: None, **problems(404)})
