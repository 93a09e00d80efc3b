"""What no page of ours would send is refused in words, before it reaches the database or changes anything."""

import pytest
from django.test import Client

from billing.facade import balance
from editor.models import Edit, Image, Project
from tests.conftest import Person
from tests.editor.rows import make_edit, make_image

HTMX = {"HX-Request": "true"}


@pytest.fixture
def page(client: Client, credit: Person, shortapi: None) -> Client:
    client.force_login(credit.user)
    return client


@pytest.fixture
def picture(alice) -> Image:
    project = Project.objects.create(workspace=alice.workspace, name="Spring lookbook")
    return make_image(alice.workspace, project=project)


@pytest.mark.parametrize(
    "end", ["%00/", "%00/history/", "%00/rename/", "{project}/%00/", "{project}/%00/composer/", "{project}/img_%00/"]
)
def test_an_address_with_a_nul_is_none(page, picture, end):
    assert page.get("/projects/" + end.format(project=picture.project_id)).status_code == 404


@pytest.mark.parametrize(
    "end", ["%00/rename/", "%00/quote/", "%00/edits/", "%00/pictures/", "{project}/%00/star/", "{project}/%00/cancel/"]
)
def test_nothing_can_be_done_at_an_address_with_a_nul(page, picture, end):
    assert page.post("/projects/" + end.format(project=picture.project_id), {"name": "x"}).status_code == 404


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["htmx", "without"])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prompt": "warm\x00er"}, "prompt must not contain a NUL character."),
        ({"images": ["img_\x00"]}, "images[0] names no picture."),
        ({"images": ["{picture}", "IMG"]}, "images[1] names no picture."),
        ({"images": ["x" * 31]}, "images[0] names no picture."),
        ({"aspect_ratio": "\x00"}, "aspect_ratio must not contain a NUL character."),
        ({"resolution": "\x00"}, "The resolution is 2K or 4K."),
        ({"n": "\x00"}, "The number of pictures is 1 to 6."),
        ({"provider": "\x00"}, "provider must not contain a NUL character."),
        ({"key": "\x00"}, "key is not one of ours."),
        ({"key": "web_" + "x" * 27}, "key is not one of ours."),
    ],
)
def test_a_form_no_page_of_ours_sends_is_refused_and_nothing_is_run(page, picture, changes, said, headers):
    form = {"prompt": "warmer light", "images": [picture.id], "n": "1", "key": "web_1", **changes}
    form["images"] = [name.format(picture=picture.id) for name in form["images"]]
    address = f"/projects/{picture.project_id}"
    answer = page.post(f"{address}/edits/", form, headers=headers)
    assert answer.status_code == 422
    assert said in answer.text
    if "key" not in changes:
        assert said in page.post(f"{address}/quote/", form).text
    assert not Edit.objects.exists()
    assert balance(picture.workspace_id).held == 0


def test_a_rename_without_a_name_is_refused(page, picture):
    answer = page.post(f"/projects/{picture.project_id}/rename/", headers=HTMX)
    assert answer.status_code == 422
    assert "0 given" in answer.text
    assert Project.objects.get().name == "Spring lookbook"


def test_a_picture_is_starred_in_its_own_project_only(page, alice, picture):
    other = Project.objects.create(workspace=alice.workspace, name="Ceramics")
    assert page.post(f"/projects/{other.id}/{picture.id}/star/", {"starred": "1"}).status_code == 404
    picture.refresh_from_db()
    assert not picture.starred


def test_an_edit_is_canceled_in_its_own_project_only(page, alice):
    edit = make_edit(alice.workspace, held=True)
    other = Project.objects.create(workspace=alice.workspace, name="Ceramics")
    held = balance(alice.workspace.id).held
    assert page.post(f"/projects/{other.id}/{edit.id}/cancel/").status_code == 404
    edit.refresh_from_db()
    assert (edit.status, edit.cancel_asked, balance(alice.workspace.id).held) == ("queued", False, held)
