"""The wall of projects: covers, counts, and when something was last put there."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from editor.errors import NotFound
from editor.images.links import signed_url
from editor.models import Image, Project

PER_PAGE = 60


@dataclass(frozen=True, slots=True)
class Cover:
    """The picture on a tile, with the sides of the whole picture in pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A project as the wall shows it; its cover is the last starred picture, or else simply the last."""

    id: str
    name: str
    pictures: int
    touched_at: datetime
    cover: Cover | None


@dataclass(frozen=True, slots=True)
class Wall:
    """One page of tiles; `next_page` is None on the last."""

    tiles: list[Tile]
    next_page: int | None


def wall(*, workspace_id: str, search: str = "", page: int = 1) -> Wall:
    """Give a page of a workspace's projects, last touched first. Two queries, however many there are."""
    projects = Project.objects.filter(workspace_id=workspace_id, name__icontains=search)
    first = (page - 1) * PER_PAGE
    found = list(_with_covers(projects).order_by("-touched_at", "-id")[first : first + PER_PAGE + 1])
    return Wall(_tiles(found[:PER_PAGE]), page + 1 if len(found) > PER_PAGE else None)


def tile(*, workspace_id: str, project_id: str) -> Tile:
    """Give one project of the workspace as the wall shows it; raises NotFound for a missing or foreign id."""
    found = list(_with_covers(Project.objects.filter(workspace_id=workspace_id, id=project_id)))
    if not found:
        raise NotFound("There is no such project.")
    return _tiles(found)[0]


def _with_covers(projects: QuerySet[Project]) -> QuerySet[Project]:
    # Subqueries, not joins: they are reckoned only for the rows of the page.
    images = Image.objects.filter(project=OuterRef("pk"))
    latest = images.order_by("-id").values("id")
    counted = images.order_by().values("project").annotate(many=Count("pk")).values("many")
    return projects.annotate(
        cover_id=Coalesce(Subquery(latest.filter(starred=True)[:1]), Subquery(latest[:1])),
        pictures=Coalesce(Subquery(counted), 0),
    )


def _tiles(rows: list[Project]) -> list[Tile]:
    wanted = [row.cover_id for row in rows if row.cover_id]  # type: ignore[attr-defined]
    covers = Image.objects.in_bulk(wanted)
    return [
        Tile(row.id, row.name, row.pictures, row.touched_at, _cover(covers.get(row.cover_id)))  # type: ignore[attr-defined]
        for row in rows
    ]


def _cover(image: Image | None) -> Cover | None:
    return Cover(signed_url(image, "thumbnail"), image.width, image.height) if image else None
