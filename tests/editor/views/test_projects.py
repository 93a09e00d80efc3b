"""The wall of projects, and who may change what on it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, User
from accounts.permissions import Role
from editor.models import Image, Project
from editor.selectors.project_wall import PER_PAGE, wall
from tests.conftest import Person
from tests.editor.rows import make_image

HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client: Client, alice: Person) -> Client:
    client.force_login(alice.user)
    return client


@pytest.fixture
def vera(client: Client, alice: Person) -> Client:
    """Vera, who only looks."""
    user = User.objects.create_user("vera@example.com", "vera's long password")
    Membership.objects.create(workspace=alice.workspace, user=user, role=Role.VIEWER)
    client.force_login(user)
    return client


def shelf(person: Person, name: str) -> Project:
    return Project.objects.create(workspace=person.workspace, name=name)


def test_a_stranger_is_sent_to_sign_in(client, db):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")


def test_after_a_sessions_end_htmx_takes_the_whole_page_to_sign_in_and_back_to_it(client, alice):
    page = f"/projects/{shelf(alice, 'Ceramics').id}/"
    for part in ("/credit/", f"{page}history/?seen=1"):
        answer = client.get(part, headers={**HTMX, "HX-Current-URL": f"http://testserver{page}?again=1"})
        assert (answer.status_code, answer.text) == (200, "")
        assert answer["HX-Redirect"] == f"/accounts/login/?next={page}%3Fagain%3D1"
    elsewhere = client.get("/credit/", headers={**HTMX, "HX-Current-URL": "https://evil.example/"})
    assert elsewhere["HX-Redirect"] == "/accounts/login/?next=/"


def test_a_user_without_a_workspace_is_told_what_to_do(client, db):
    client.force_login(User.objects.create_user("lost@example.com", "lost's long password"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert "You are in no workspace yet" in answer.text
    assert "Nothing was done or charged" in answer.text


def test_an_empty_wall_teaches(page):
    text = page.get("/").text
    assert "Drop a picture" in text
    assert 'placeholder="Spring lookbook"' in text


def test_alice_sees_her_projects_and_not_mallorys(page, alice, mallory):
    shelf(alice, "Spring <lookbook>")
    shelf(mallory, "Secret plans")
    text = page.get("/").text
    assert "Spring &lt;lookbook&gt;" in text
    assert "Secret plans" not in text


def test_thirty_projects_take_as_many_queries_as_one(page, alice):
    make_image(alice.workspace, project=shelf(alice, "first"))
    with CaptureQueriesContext(connection) as one:
        page.get("/")
    for number in range(30):
        make_image(alice.workspace, project=shelf(alice, f"project {number}"))
    with CaptureQueriesContext(connection) as thirty:
        page.get("/")
    assert len(thirty) == len(one) <= 10


def test_the_cover_is_the_last_starred_picture_or_else_the_last(alice):
    project = shelf(alice, "covers")
    images = [make_image(alice.workspace, project=project) for _ in range(3)]
    assert images[2].id in cover(alice)
    Image.objects.filter(id__in=[images[0].id, images[1].id]).update(starred=True)
    assert images[1].id in cover(alice)


def cover(person: Person) -> str:
    (tile,) = wall(workspace_id=person.workspace.id).tiles
    assert tile.pictures == 3
    assert tile.cover is not None
    return tile.cover.url


def test_more_than_a_page_is_shown_in_pages(page, alice):
    Project.objects.bulk_create(
        Project(workspace=alice.workspace, name=f"project {number}") for number in range(PER_PAGE + 1)
    )
    first, second = page.get("/").text, page.get("/?page=2", headers=HTMX).text
    assert (first.count("tile-link"), second.count("tile-link")) == (PER_PAGE, 1)
    assert "Show more projects" in first
    assert "Show more projects" not in second


def test_projects_are_found_by_a_part_of_their_name(page, alice):
    for name in ("Harbour at six", "Ceramics", "100 % cotton"):
        shelf(alice, name)
    assert [name for name in ("Harbour", "Ceramics") if name in page.get("/?q=HARB").text] == ["Harbour"]
    assert "100 % cotton" in page.get("/", {"q": "%"}).text
    assert "Ceramics" not in page.get("/", {"q": "%"}, headers=HTMX).text


@pytest.mark.parametrize("query", ["?q=%00", "?page=0", "?page=x", "?page=99999999999", "?q=" + "x" * 5000])
def test_a_query_that_makes_no_sense_counts_as_not_asked(page, alice, query):
    shelf(alice, "Ceramics")
    answer = page.get("/" + query)
    assert answer.status_code == 200
    assert "Ceramics" in answer.text


def test_a_new_project_is_opened(page, alice):
    answer = page.post("/projects/new/", {"name": "  Spring   lookbook "}, headers=HTMX)
    made = Project.objects.get(name="Spring lookbook")
    assert (made.workspace_id, made.created_by_id) == (alice.workspace.id, alice.user.id)
    assert (answer["HX-Redirect"], answer.text) == (f"/projects/{made.id}/", "")


def test_a_project_is_made_without_javascript(page):
    answer = page.post("/projects/new/", {"name": "Spring lookbook"})
    assert (answer.status_code, answer["Location"]) == (302, f"/projects/{Project.objects.get().id}/")
    assert "Spring lookbook" in page.get("/").text


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "without"])
@pytest.mark.parametrize(
    ("name", "said"), [("", "0 given"), ("   ", "0 given"), ("x" * 81, "81 given"), ("a\x00b", "no control characters")]
)
def test_a_bad_name_is_refused_beside_the_field_and_nothing_is_made(page, name, said, headers):
    answer = page.post("/projects/new/", {"name": name}, headers=headers)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Nothing was changed" in answer.text
    assert Project.objects.count() == 0


def test_a_viewer_can_look_but_not_make_or_rename(vera, alice):
    project = shelf(alice, "Ceramics")
    assert "Ceramics" in vera.get("/").text
    assert "New project" not in vera.get("/").text
    assert vera.post("/projects/new/", {"name": "Mine"}).status_code == 403
    assert vera.post(f"/projects/{project.id}/rename/", {"name": "Mine"}).status_code == 403
    assert [one.name for one in Project.objects.all()] == ["Ceramics"]


def test_a_viewer_sees_no_money(vera):
    assert "credit" not in vera.get("/").text
    assert vera.get("/credit/").status_code == 403


def test_a_project_is_renamed_in_place(page, alice):
    project = shelf(alice, "Ceramics")
    assert 'value="Ceramics"' in page.get(f"/projects/{project.id}/rename/", headers=HTMX).text
    answer = page.post(f"/projects/{project.id}/rename/", {"name": "White ceramics"}, headers=HTMX)
    assert answer.status_code == 200
    assert "White ceramics" in answer.text
    assert Project.objects.get().name == "White ceramics"


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "without"])
def test_a_bad_new_name_changes_nothing(page, alice, headers):
    project = shelf(alice, "Ceramics")
    answer = page.post(f"/projects/{project.id}/rename/", {"name": "x" * 81}, headers=headers)
    assert answer.status_code == 422
    assert "81 given" in answer.text
    assert Project.objects.get().name == "Ceramics"


def test_mallorys_project_answers_like_a_missing_one(page, mallory):
    foreign = shelf(mallory, "Secret plans")
    for project_id in (foreign.id, "prj_00000000000000000000000000"):
        assert page.get(f"/projects/{project_id}/rename/").status_code == 404
        assert page.post(f"/projects/{project_id}/rename/", {"name": "Mine"}).status_code == 404
    foreign.refresh_from_db()
    assert foreign.name == "Secret plans"


def test_the_credit_is_live(page, alice):
    text = page.get("/credit/").text
    assert 'hx-trigger="every 20s, credit-changed from:body"' in text
    assert "<b>$" in text
