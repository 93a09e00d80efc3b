"""Billing's pages: a workspace's under /billing/, the staff's under /staff/. Ids are slugs."""

from django.urls import path

from billing.views.staff.prices import approve, change, prices, refuse

app_name = "billing"
urlpatterns = [
    path("staff/prices/", prices, name="staff_prices"),
    path("staff/prices/change/", change, name="staff_price_change"),
    path("staff/prices/<slug:change_id>/approve/", approve, name="staff_price_approve"),
    path("staff/prices/<slug:change_id>/refuse/", refuse, name="staff_price_refuse"),
]
