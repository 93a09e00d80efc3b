"""Billing's pages: a workspace's under /billing/, the staff's under /staff/. Ids are slugs."""

from django.urls import path

from billing.views.automatic import automatic, card, stop
from billing.views.history import history, history_csv
from billing.views.home import home
from billing.views.payments import payments
from billing.views.plans import plans, portal
from billing.views.staff.payments import payments as staff_payments
from billing.views.staff.payments import refund, resolve
from billing.views.staff.prices import approve, change, prices, refuse
from billing.views.stripe_webhook import stripe_webhook
from billing.views.top_up import again, payment, top_up

app_name = "billing"
urlpatterns = [
    path("billing/", home, name="home"),
    path("billing/history/", history, name="ledger"),
    path("billing/history/csv/", history_csv, name="ledger_csv"),
    path("billing/top-up/", top_up, name="top_up"),
    path("billing/payments/", payments, name="payments"),
    path("billing/payments/<slug:payment_id>/", payment, name="payment"),
    path("billing/payments/<slug:payment_id>/again/", again, name="payment_again"),
    path("billing/automatic/", automatic, name="automatic"),
    path("billing/automatic/stop/", stop, name="automatic_stop"),
    path("billing/automatic/card/", card, name="automatic_card"),
    path("billing/plans/", plans, name="plans"),
    path("billing/portal/", portal, name="portal"),
    path("stripe/webhook", stripe_webhook, name="stripe_webhook"),
    path("staff/payments/", staff_payments, name="staff_payments"),
    path("staff/payments/<slug:payment_id>/refund/", refund, name="staff_payment_refund"),
    path("staff/payments/resolve/", resolve, name="staff_parked_resolve"),
    path("staff/prices/", prices, name="staff_prices"),
    path("staff/prices/change/", change, name="staff_price_change"),
    path("staff/prices/<slug:change_id>/approve/", approve, name="staff_price_approve"),
    path("staff/prices/<slug:change_id>/refuse/", refuse, name="staff_price_refuse"),
]
