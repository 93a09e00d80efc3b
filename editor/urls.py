"""The pages' addresses."""

from django.urls import path

from editor.views.compose import cancel, composer, quote, run
from editor.views.credit import credit
from editor.views.history import history
from editor.views.pictures import picture
from editor.views.project import project
from editor.views.projects import create, projects, rename
from editor.views.star import star
from editor.views.upload import upload

urlpatterns = [
    path("", projects, name="projects"),
    path("projects/new/", create, name="project_create"),
    path("projects/<str:project_id>/rename/", rename, name="project_rename"),
    path("projects/<str:project_id>/", project, name="project"),
    path("projects/<str:project_id>/history/", history, name="history"),
    path("projects/<str:project_id>/quote/", quote, name="quote"),
    path("projects/<str:project_id>/edits/", run, name="run"),
    path("projects/<str:project_id>/pictures/", upload, name="upload"),
    path("projects/<str:project_id>/<str:shown_id>/", project, name="project_version"),
    path("projects/<str:project_id>/<str:shown_id>/composer/", composer, name="composer"),
    path("projects/<str:project_id>/<str:edit_id>/cancel/", cancel, name="cancel"),
    path("projects/<str:project_id>/<str:image_id>/star/", star, name="star"),
    path("credit/", credit, name="credit"),
    path("p/<slug:image_id>/<slug:variant>", picture, name="picture"),
]
