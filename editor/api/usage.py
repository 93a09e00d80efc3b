"""Usage: pictures that were charged, what was taken for them and given back, summed up."""

from datetime import UTC, date, datetime

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from billing import facade
from editor.api import describe_money as describe
from editor.api.door import Door
from editor.api.money_shapes import GROUPS, MOST_GROUPS, usage_json
from editor.api.queries import read_day
from editor.errors import InvalidInput

USUAL, LONGEST = 30, 366
MOST_ROWS = 10_000


class Usage(Door):
    """`/usage`."""

    needs = {"get": Action.SEE_MONEY}
    filters = frozenset({"from", "to", "group_by"})

    @describe.read_usage
    def get(self, request: Request) -> Response:
        """Sum up the days from `from` to `to`, both included, each movement on its day in the ledger, in UTC."""
        self.check_query()
        query = request.query_params
        by = _groups(query.get("group_by"))
        until = read_day(query, "to") or datetime.now(UTC).date()
        since = read_day(query, "from") or _days_before(until)
        if not 0 <= (until - since).days < LONGEST:
            raise InvalidInput(f"from to to is 1 to {LONGEST} days, in this order.", param="from")
        rows = facade.usage(workspace_id=self.actor.workspace_id, since=since, until=until, by=by)
        if len(rows) > MOST_ROWS:
            raise InvalidInput(f"That is more than {MOST_ROWS} rows; ask for fewer days.", param="from")
        return Response(usage_json(since=since, until=until, by=by, rows=rows))


def _days_before(until: date) -> date:
    return date.fromordinal(max(1, until.toordinal() - USUAL + 1))


def _groups(text: str | None) -> list[facade.Dimension]:
    names = list(dict.fromkeys(text.split(","))) if text is not None else []
    if len(names) > MOST_GROUPS or not GROUPS.keys() >= set(names):
        listed = ", ".join(GROUPS)
        raise InvalidInput(f"group_by takes up to {MOST_GROUPS} of {listed}, with a comma.", param="group_by")
    return [GROUPS[name] for name in names]
