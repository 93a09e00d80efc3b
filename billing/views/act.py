"""How an act on a page of payments is answered: at Stripe, here again, or with what is wrong where it stands."""

from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect

from accounts.errors import AccountsError, NotAllowed, NotFound
from billing.errors import BillingError, StripeOff, StripeUnreachable

log = structlog.get_logger(__name__)
AWAY = "Stripe does not answer at the moment. Nothing was charged; try again in a minute."
REFUSED = "Stripe would not do that. Nothing was charged; the staff can see why."


class HttpResponseSeeOther(HttpResponseRedirect):
    """Go on elsewhere, with a GET."""

    status_code = 303


def go(work: Callable[[], str], *, again: Callable[[AccountsError, int], HttpResponse]) -> HttpResponse:
    """Do it and go to the address it gives; what is wrong is shown `again` with its status: 422, or 503 of Stripe's."""
    try:
        return HttpResponseSeeOther(work())
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except NotFound as error:
        raise Http404 from error
    except AccountsError as error:
        return again(error, 422)
    except StripeUnreachable:
        log.exception("stripe_away")
        return again(AccountsError(AWAY), 503)
    except StripeOff as error:
        return again(AccountsError(str(error)), 422)
    except BillingError:
        log.exception("stripe_refused")
        return again(AccountsError(REFUSED), 422)
