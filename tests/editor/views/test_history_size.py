"""A long history costs no more queries than a short one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from editor.models import Edit, EditInput, Image, Output, Project
from tests.editor.rows import make_attempt, make_edit, make_image

pytestmark = pytest.mark.django_db

KILOBYTES = 60


def grow(person, edit: Edit, times: int) -> Image:
    """Let the project go on from its first picture `times` times, each from the one before."""
    image = edit.inputs.get().image
    Image.objects.filter(id=image.id).update(project=edit.project)
    for i in range(times):
        step = Edit.objects.get(id=edit.id)
        step.pk, step._state.adding = f"edt_{i:026d}", True
        step.status, step.finished_at = "succeeded", timezone.now()
        step.created_at = timezone.now() + timedelta(seconds=i)
        step.save(force_insert=True)
        EditInput.objects.create(edit=step, image=image, position=1)
        image = make_image(person.workspace, project=edit.project, is_output=True)
        Output.objects.create(edit=step, attempt=make_attempt(step), image=image, position=1)
    return image


def queries(client: Client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address, headers=headers).status_code == 200
    return len(caught)


@pytest.mark.parametrize("what", ["page", "version", "history"])
def test_the_number_of_queries_does_not_grow_with_the_history(alice, shortapi, what):
    edit = make_edit(alice.workspace, prompt="warmer light, as if an hour before sunset")
    client = Client()
    client.force_login(alice.user)

    def ask(image: Image) -> int:
        if what == "history":
            return queries(client, reverse("history", args=[edit.project_id]))
        address = reverse("project_version", args=[edit.project_id, image.id])
        return queries(client, address, **({"HX-Request": "true"} if what == "version" else {}))

    few = ask(grow(alice, edit, 2))
    Project.objects.update(name="Longer")
    Edit.objects.filter(status="succeeded").update(metadata={})
    Output.objects.all().delete()
    EditInput.objects.exclude(edit=edit).delete()
    Edit.objects.exclude(id=edit.id).delete()
    assert ask(grow(alice, edit, 60)) == few
    assert few <= {"page": 23, "version": 14, "history": 10}[what]


def test_a_normal_project_is_a_light_page(alice, shortapi):
    edit = make_edit(alice.workspace, prompt="warmer light, as if an hour before sunset")
    client = Client()
    client.force_login(alice.user)
    newest = grow(alice, edit, 40)
    page = client.get(reverse("project_version", args=[edit.project_id, newest.id])).content
    assert len(page) <= KILOBYTES * 1024


def test_the_poll_asks_one_question_beyond_who_asks(alice):
    edit = make_edit(alice.workspace)
    client = Client()
    client.force_login(alice.user)
    page = client.get(reverse("history", args=[edit.project_id])).content.decode()
    seen = page.split("?seen=")[1].split('"')[0]
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(reverse("history", args=[edit.project_id]), {"seen": seen})
    assert answer.status_code == 204
    assert len(caught) == 6  # session, user, membership that opens the wall, project, what runs, the wall shut
