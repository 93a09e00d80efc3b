"""Projects: list them, put up one."""

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import Action
from editor.api import describe
from editor.api.bodies import read_project_name
from editor.api.door import Listing
from editor.api.shapes import project_json
from editor.selectors.shelves import projects_of
from editor.services.create_project import create_project


class Projects(Listing):
    """`/projects`."""

    needs = {"get": Action.VIEW, "post": Action.EDIT}

    @describe.list_projects
    def get(self, request: Request) -> Response:
        """List the workspace's projects, newest first."""
        return self.page(projects_of(self.actor.workspace_id), lambda page: [project_json(row) for row in page])

    @describe.create_project
    def post(self, request: Request) -> Response:
        """Put up a project."""
        project = create_project(actor=self.actor, name=read_project_name(request.data))
        return Response(project_json(project), status=201)
