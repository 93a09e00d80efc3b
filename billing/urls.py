"""Billing's pages: a workspace's under /billing/, the staff's under /staff/. Ids are slugs."""

from django.urls import path

from billing.views.automatic import automatic, card, stop
from billing.views.history import history, history_csv
from billing.views.home import home
from billing.views.payments import payments
from billing.views.plans import plans, portal
from billing.views.staff.costs.attempts import attempt, attempts
from billing.views.staff.costs.days import days, days_csv
from billing.views.staff.costs.items import act, items
from billing.views.staff.costs.months import month, months, nothing, sign
from billing.views.staff.costs.statements import complete, fetch, statement, statements, upload
from billing.views.staff.credit import approve as approve_correction
from billing.views.staff.credit import correct
from billing.views.staff.credit import credit as staff_credit
from billing.views.staff.credit import refund as refund_charge
from billing.views.staff.credit import refuse as refuse_correction
from billing.views.staff.payments import approve as approve_refund
from billing.views.staff.payments import payments as staff_payments
from billing.views.staff.payments import refund, resolve
from billing.views.staff.payments import refuse as refuse_refund
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
    path("staff/payments/refunds/<slug:reversal_id>/approve/", approve_refund, name="staff_refund_approve"),
    path("staff/payments/refunds/<slug:reversal_id>/refuse/", refuse_refund, name="staff_refund_refuse"),
    path("staff/payments/resolve/", resolve, name="staff_parked_resolve"),
    path("staff/credit/", staff_credit, name="staff_credit"),
    path("staff/credit/refund/", refund_charge, name="staff_charge_refund"),
    path("staff/credit/<slug:transfer_id>/correct/", correct, name="staff_correct"),
    path("staff/credit/<slug:correction_id>/approve/", approve_correction, name="staff_correction_approve"),
    path("staff/credit/<slug:correction_id>/refuse/", refuse_correction, name="staff_correction_refuse"),
    path("staff/prices/", prices, name="staff_prices"),
    path("staff/prices/change/", change, name="staff_price_change"),
    path("staff/prices/<slug:change_id>/approve/", approve, name="staff_price_approve"),
    path("staff/prices/<slug:change_id>/refuse/", refuse, name="staff_price_refuse"),
    path("staff/costs/", days, name="staff_costs"),
    path("staff/costs/days.csv", days_csv, name="staff_costs_csv"),
    path("staff/costs/attempts/", attempts, name="staff_cost_attempts"),
    path("staff/costs/attempts/<slug:attempt_id>/", attempt, name="staff_cost_attempt"),
    path("staff/costs/items/", items, name="staff_cost_items"),
    path("staff/costs/items/<slug:item_id>/", act, name="staff_cost_item_act"),
    path("staff/costs/statements/", statements, name="staff_cost_statements"),
    path("staff/costs/statements/upload/", upload, name="staff_cost_upload"),
    path("staff/costs/statements/fetch/", fetch, name="staff_cost_fetch"),
    path("staff/costs/statements/<slug:statement_id>/", statement, name="staff_cost_statement"),
    path("staff/costs/statements/<slug:statement_id>/complete/", complete, name="staff_cost_complete"),
    path("staff/costs/months/", months, name="staff_cost_months"),
    path("staff/costs/months/<slug:month>/", month, name="staff_cost_month"),
    path("staff/costs/months/<slug:month>/sign/", sign, name="staff_cost_sign"),
    path("staff/costs/months/<slug:month>/nothing/<slug:provider>/", nothing, name="staff_cost_nothing"),
]
