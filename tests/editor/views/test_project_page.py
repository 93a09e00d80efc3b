"""The project page's answers: who sees what, what is refused and how, and how many queries it takes."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.permissions import Role
from billing.facade import balance
from editor.attempts import AttemptState
from editor.models import Edit, Image, Project
from tests.conftest import Person
from tests.editor.rows import PRICE, make_attempt, make_edit, make_image
from tests.pictures import jpeg

pytestmark = pytest.mark.django_db


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def project(alice) -> Project:
    return Project.objects.create(workspace=alice.workspace, name="Spring lookbook")


@pytest.fixture
def picture(alice, project) -> Image:
    return make_image(alice.workspace, project=project, filename="harbour.jpg")


@pytest.fixture
def viewer(alice) -> Person:
    user = User.objects.create_user("victor@example.com", "victor's long password")
    Membership.objects.create(workspace=alice.workspace, user=user, role=Role.VIEWER)
    return Person(user, alice.workspace, "")


def nameless(answer) -> str:
    """A page without its request's id."""
    return re.sub(r"req_\w+", "", answer.content.decode())


def form(picture: Image, **changes) -> dict[str, object]:
    return {"prompt": "warmer light", "images": [picture.id], "n": "1", "key": "web_1", **changes}


def test_a_project_opens_at_its_newest_picture(alice, project, picture):
    newest = make_image(alice.workspace, project=project)
    page = browser(alice).get(reverse("project", args=[project.id])).content.decode()
    assert f'data-shown="{newest.id}"' in page
    assert f'name="images" value="{newest.id}"' in page


def test_any_version_has_an_address(alice, project, picture):
    make_image(alice.workspace, project=project)
    page = browser(alice).get(reverse("project_version", args=[project.id, picture.id])).content.decode()
    assert f'data-shown="{picture.id}"' in page


def test_before_its_first_picture_a_project_opens_at_its_newest_edit(alice):
    edit = make_edit(alice.workspace)
    page = browser(alice).get(reverse("project", args=[edit.project_id])).content.decode()
    assert f'data-shown="{edit.id}"' in page


def test_an_empty_project_teaches(alice, project):
    page = browser(alice).get(reverse("project", args=[project.id])).content.decode()
    assert "Drop a picture here" in page
    assert "data-composer" not in page


def test_a_strangers_project_is_answered_like_a_missing_one(mallory, project, picture):
    client = browser(mallory)
    own = Project.objects.create(workspace=mallory.workspace, name="Hers")
    missing = client.get(reverse("project", args=["prj_01aaaaaaaaaaaaaaaaaaaaaaaa"]))
    for address in (
        reverse("project", args=[project.id]),
        reverse("project_version", args=[project.id, picture.id]),
        reverse("project_version", args=[own.id, picture.id]),
        reverse("history", args=[project.id]),
    ):
        answer = client.get(address)
        assert (answer.status_code, nameless(answer)) == (404, nameless(missing))
    for name in ("run", "quote", "upload"):
        assert client.post(reverse(name, args=[project.id]), form(picture)).status_code == 404
    assert client.post(reverse("star", args=[own.id, picture.id]), {"starred": "1"}).status_code == 404
    picture.refresh_from_db()
    assert not picture.starred
    assert not Edit.objects.exists()


def test_a_viewer_looks_and_may_not_touch(viewer, project, picture):
    client = browser(viewer)
    page = client.get(reverse("project", args=[project.id])).content.decode()
    assert "You may look at this project but not edit it" in page
    assert "data-composer" not in page
    assert client.post(reverse("run", args=[project.id]), form(picture)).status_code == 403
    assert client.post(reverse("star", args=[project.id, picture.id]), {"starred": "1"}).status_code == 403
    assert not Edit.objects.exists()


def test_without_javascript_running_leads_to_the_edit(credit, shortapi, project, picture):
    answer = browser(credit).post(reverse("run", args=[project.id]), form(picture))
    edit = Edit.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("project_version", args=[project.id, edit.id]))
    assert (edit.project_id, edit.prompt, edit.quoted, edit.created_by) == (
        project.id,
        "warmer light",
        PRICE,
        credit.user,
    )


def test_pressed_twice_it_runs_once(credit, shortapi, project, picture):
    client = browser(credit)
    first, second = (client.post(reverse("run", args=[project.id]), form(picture)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Edit.objects.count() == 1
    assert balance(credit.workspace.id).held == PRICE


def test_htmx_gets_the_running_edit_its_address_and_a_new_key(credit, shortapi, project, picture):
    answer = browser(credit).post(reverse("run", args=[project.id]), form(picture), headers={"HX-Request": "true"})
    edit = Edit.objects.get()
    assert answer["HX-Push-Url"] == reverse("project_version", args=[project.id, edit.id])
    assert f'data-shown="{edit.id}"' in answer.content.decode()
    assert '"edit-accepted": {"key": "web_' in answer["HX-Trigger"]


def test_without_credit_it_says_what_is_needed_and_nothing_is_kept(alice, shortapi, project, picture):
    answer = browser(alice).post(reverse("run", args=[project.id]), form(picture), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#refused")
    assert "This needs $0.0475 and $0.00 of credit is available. Nothing was run or charged." in answer.content.decode()
    assert not Edit.objects.exists()


def test_nobody_pays_more_than_the_button_said(credit, shortapi, project, picture):
    changes = form(picture, n="2", price=str(PRICE))
    answer = browser(credit).post(reverse("run", args=[project.id]), changes, headers={"HX-Request": "true"})
    said = "The price of $0.0475 that the button said no longer holds: it is now $0.095. Nothing was run or charged."
    assert said in answer.content.decode()
    assert answer["HX-Trigger"] == '{"price-changed": {}}'
    assert not Edit.objects.exists()
    assert balance(credit.workspace.id).held == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"prompt": "x" * 4001}, "prompt takes 1 to 4000 characters; 4001 given."),
        ({"prompt": " "}, "prompt takes 1 to 4000 characters; 0 given."),
        ({"n": "7"}, "The number of pictures is 1 to 6."),
        ({"resolution": "8K"}, "The resolution is 2K or 4K."),
        ({"images": []}, "images takes 1 to 14 images; 0 given."),
        ({"images": ["img_01aaaaaaaaaaaaaaaaaaaaaaaa"]}, "images[0]"),
        ({"aspect_ratio": "5:1"}, "aspect_ratio must be one of"),
        ({"resolution": "4K"}, "No provider can do this edit (shortapi: serves 2K only; pixazo: is off"),
    ],
)
def test_a_bad_form_comes_back_with_the_reason_and_as_it_was(credit, shortapi, picture, changes, sentence):
    answer = browser(credit).post(reverse("run", args=[picture.project_id]), form(picture, **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f">{form(picture, **changes)['prompt']}</textarea>" in page
    assert not Edit.objects.exists()
    assert balance(credit.workspace.id).held == 0


def test_the_price_is_said_before(credit, shortapi, project, picture):
    answer = browser(credit).post(reverse("quote", args=[project.id]), form(picture, n="3", prompt=""))
    assert '<span class="money">$0.1425</span>' in answer.content.decode()


def test_where_nobody_can_do_it_the_button_says_why(credit, shortapi, project, picture):
    page = browser(credit).post(reverse("quote", args=[project.id]), form(picture, resolution="4K")).content.decode()
    assert "No provider can do this." in page
    assert "<b>shortapi</b> serves 2K only" in page
    assert "disabled" in page


def test_a_price_above_the_credit_is_said_with_what_there_is(alice, shortapi, project, picture):
    page = browser(alice).post(reverse("quote", args=[project.id]), form(picture)).content.decode()
    assert "Needs $0.0475; $0.00 of credit is available." in page
    assert "disabled" in page


def test_the_history_says_204_while_nothing_changes(credit, shortapi, project, picture):
    client = browser(credit)
    client.post(reverse("run", args=[project.id]), form(picture))
    page = client.get(reverse("history", args=[project.id])).content.decode()
    seen = page.split("?seen=")[1].split('"')[0]
    address = reverse("history", args=[project.id])
    assert client.get(address, {"seen": seen}).status_code == 204
    Edit.objects.update(status="running")
    changed = client.get(address, {"seen": seen})
    assert (changed.status_code, "edits-settled" in changed["HX-Trigger"]) == (200, True)


def test_nothing_is_asked_again_when_nothing_runs(alice, project, picture):
    assert "every 1s" not in browser(alice).get(reverse("history", args=[project.id])).content.decode()


def test_a_file_is_answered_for_itself(alice, project):
    files = [("good.jpg", jpeg(), 201), ("bad.txt", b"not a picture", 422)]
    for name, data, status in files:
        answer = browser(alice).post(
            reverse("upload", args=[project.id]),
            {"file": SimpleUploadedFile(name, data)},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == status
    assert answer.json()["error"]["message"].startswith("It is not a JPEG")
    assert [image.filename for image in Image.objects.filter(project=project)] == ["good.jpg"]


def test_a_bare_form_takes_several_files_and_names_those_it_refused(alice, project):
    files = [SimpleUploadedFile("a.jpg", jpeg()), SimpleUploadedFile("b.txt", b"no")]
    page = browser(alice).post(reverse("upload", args=[project.id]), {"file": files}, follow=True)
    assert "b.txt: It is not a JPEG" in page.content.decode()
    assert Image.objects.get(project=project).filename == "a.jpg"


def test_a_star_is_kept_and_filtered_by(alice, project, picture):
    other = make_image(alice.workspace, project=project)
    client = browser(alice)
    client.post(reverse("star", args=[project.id, picture.id]), {"starred": "1"})
    page = client.get(reverse("history", args=[project.id]), {"starred": "1"}).content.decode()
    assert f'id="h-{picture.id}"' in page
    assert f'id="h-{other.id}"' not in page
    client.post(reverse("star", args=[project.id, picture.id]), {"starred": "0"})
    picture.refresh_from_db()
    assert not picture.starred


def test_a_failed_edit_says_what_happened_what_it_cost_and_what_now(alice):
    edit = make_edit(alice.workspace, status="failed", error_code="content_refused", **ended("Refused by moderation."))
    address = reverse("project_version", args=[edit.project_id, edit.id])
    page = browser(alice).get(address).content.decode()
    for sentence in ("Refused by moderation.", "No. $0.0475 was set aside", "Change the prompt or the picture"):
        assert sentence in page
    again = browser(alice).get(reverse("composer", args=[edit.project_id, edit.id]), headers={"HX-Request": "true"})
    assert ">warmer light</textarea>" in again.content.decode()


def test_a_prompt_is_text_wherever_it_stands(alice):
    edit = make_edit(alice.workspace, status="failed", prompt='<script>alert("x")</script>', **ended("<b>no</b>"))
    page = browser(alice).get(reverse("project_version", args=[edit.project_id, edit.id])).content.decode()
    assert "<script>alert" not in page
    assert "<b>no</b>" not in page


def test_cancel_takes_back_what_was_not_sent(credit, shortapi, project, picture):
    client = browser(credit)
    client.post(reverse("run", args=[project.id]), form(picture))
    edit = Edit.objects.get()
    client.post(reverse("cancel", args=[project.id, edit.id]))
    edit.refresh_from_db()
    assert (edit.status, balance(credit.workspace.id).held) == ("canceled", 0)


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}], ids=["htmx", "without"])
def test_cancel_says_when_it_comes_too_late(credit, headers):
    edit = make_edit(credit.workspace, held=True)
    attempt = make_attempt(edit, AttemptState.ACCEPTED)
    address = reverse("cancel", args=[edit.project_id, edit.id])
    page = browser(credit).post(address, headers=headers, follow=True).content.decode()
    assert "Already with the provider; it can't be taken back. You pay only if the picture arrives." in page
    assert ">Cancel</button>" not in page
    edit.refresh_from_db()
    attempt.refresh_from_db()
    assert (edit.status, attempt.state, balance(credit.workspace.id).held) == ("queued", "accepted", PRICE)


def ended(message: str) -> dict[str, Any]:
    return {"finished_at": timezone.now(), "error_message": message}
