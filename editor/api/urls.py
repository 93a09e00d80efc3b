"""The addresses of the API, under `/api/v1/`."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularYAMLAPIView

from editor.api.balance import Balance
from editor.api.budgets import Budgets, OneBudget
from editor.api.edits import CancelEdit, EditCharge, Edits, OneEdit
from editor.api.images import ImageContent, Images, OneImage
from editor.api.ledger import Ledger
from editor.api.projects import Projects
from editor.api.providers import Providers
from editor.api.quotes import Quotes
from editor.api.usage import Usage
from editor.api.webhook_endpoints import (
    OneWebhookEndpoint,
    WebhookDeliveries,
    WebhookEndpoints,
    WebhookReplay,
    WebhookSecret,
    WebhookTest,
)

HOOK = "webhook-endpoints/<slug:endpoint_id>"

urlpatterns = [
    path("edits", Edits.as_view(), name="api-edits"),
    path("edits/<slug:edit_id>", OneEdit.as_view(), name="api-edit"),
    path("edits/<slug:edit_id>/charge", EditCharge.as_view(), name="api-edit-charge"),
    path("edits/<slug:edit_id>/cancel", CancelEdit.as_view(), name="api-edit-cancel"),
    path("images", Images.as_view(), name="api-images"),
    path("images/<slug:image_id>", OneImage.as_view(), name="api-image"),
    path("images/<slug:image_id>/content", ImageContent.as_view(), name="api-image-content"),
    path("projects", Projects.as_view(), name="api-projects"),
    path("providers", Providers.as_view(), name="api-providers"),
    path("quotes", Quotes.as_view(), name="api-quotes"),
    path("balance", Balance.as_view(), name="api-balance"),
    path("ledger", Ledger.as_view(), name="api-ledger"),
    path("usage", Usage.as_view(), name="api-usage"),
    path("budgets", Budgets.as_view(), name="api-budgets"),
    path("budgets/<slug:budget_id>", OneBudget.as_view(), name="api-budget"),
    path("webhook-endpoints", WebhookEndpoints.as_view(), name="api-webhooks"),
    path(HOOK, OneWebhookEndpoint.as_view(), name="api-webhook"),
    path(f"{HOOK}/rotate-secret", WebhookSecret.as_view(), name="api-webhook-secret"),
    path(f"{HOOK}/test", WebhookTest.as_view(), name="api-webhook-test"),
    path(f"{HOOK}/deliveries", WebhookDeliveries.as_view(), name="api-webhook-deliveries"),
    path(f"{HOOK}/deliveries/<slug:delivery_id>/replay", WebhookReplay.as_view(), name="api-webhook-replay"),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="api-openapi"),
    path("openapi.yaml", SpectacularYAMLAPIView.as_view(), name="api-openapi-yaml"),
]
