"""The page that shows the API to people; everything on it comes from here."""

from drf_spectacular.views import SpectacularSwaggerSplitView


class ApiDocs(SpectacularSwaggerSplitView):
    """`/api/docs/`, for anybody."""

    url_name = "api-openapi"
    template_name = "editor/api_docs.html"
