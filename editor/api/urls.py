"""The addresses of the API, under `/api/v1/`."""

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularYAMLAPIView

from editor.api.balance import Balance
from editor.api.edits import CancelEdit, Edits, OneEdit
from editor.api.images import ImageContent, Images, OneImage
from editor.api.projects import Projects
from editor.api.providers import Providers

urlpatterns = [
    path("edits", Edits.as_view(), name="api-edits"),
    path("edits/<slug:edit_id>", OneEdit.as_view(), name="api-edit"),
    path("edits/<slug:edit_id>/cancel", CancelEdit.as_view(), name="api-edit-cancel"),
    path("images", Images.as_view(), name="api-images"),
    path("images/<slug:image_id>", OneImage.as_view(), name="api-image"),
    path("images/<slug:image_id>/content", ImageContent.as_view(), name="api-image-content"),
    path("projects", Projects.as_view(), name="api-projects"),
    path("providers", Providers.as_view(), name="api-providers"),
    path("balance", Balance.as_view(), name="api-balance"),
    path("openapi.json", SpectacularJSONAPIView.as_view(), name="api-openapi"),
    path("openapi.yaml", SpectacularYAMLAPIView.as_view(), name="api-openapi-yaml"),
]
