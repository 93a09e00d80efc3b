"""The main job in a real browser: upload, compose, run against the simulator, compare, go on from a version."""

import re
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from billing.facade import balance
from editor.models import Edit, EditInput, Image, Output, Project
from editor.waves.loop import run_wave
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.conftest import Person
from tests.editor.rows import PRICE, make_attempt
from tests.pictures import jpeg, store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAVE_SECONDS = 8.0


@pytest.fixture
def project(credit: Person) -> Project:
    return Project.objects.create(workspace=credit.workspace, name="Spring lookbook")


@pytest.fixture
def picture(credit: Person, project: Project) -> Image:
    return store(credit, jpeg((960, 640)), filename="harbour.jpg", project_id=project.id)


@pytest.fixture
def finished(credit: Person, project: Project, picture: Image, shortapi: None) -> Image:
    """An edit of the picture that has ended well: the picture it made."""
    edit = Edit.objects.create(
        workspace=credit.workspace,
        project=project,
        model="seedream-4.5",
        prompt="warmer light",
        aspect_ratio="match_input",
        ratio="3:2",
        resolution="2K",
        strategy="cheapest",
        routing=[{"provider": "shortapi", "eligible": True, "reason": ""}],
        route=["shortapi"],
        units={"shortapi": {"cost": 38_000, "price": PRICE}},
        quoted=PRICE,
        charged=PRICE,
        provider="shortapi",
        status="succeeded",
        finished_at=timezone.now(),
        deadline_at=timezone.now() + timedelta(minutes=10),
    )
    EditInput.objects.create(edit=edit, image=picture, position=1)
    image = store(credit, jpeg((900, 600)), filename="", project_id=project.id)
    Image.objects.filter(id=image.id).update(is_output=True)
    Output.objects.create(edit=edit, attempt=make_attempt(edit), image=image, position=1)
    return image


@pytest.fixture
def workers(upstream, live_server, settings):
    """A wave that works, in a thread beside the browser, against the simulator, which fetches from the live server."""
    settings.PUBLIC_BASE_URL = live_server.url
    upstream.profile(latency=1.5)
    wave = Thread(target=run_wave, args=(WAVE_SECONDS,))
    yield wave.start
    if wave.ident is not None:
        wave.join()


def address(project: Project, shown: str = "") -> str:
    return f"/projects/{project.id}/{shown + '/' if shown else ''}"


def references(page: Page) -> list[str]:
    return [field.input_value() for field in page.locator("[data-tray] input[name=images]").all()]


def share(page: Page) -> int:
    return int(page.get_by_role("slider").get_attribute("aria-valuenow") or -1)


def test_from_an_empty_project_to_a_compared_edit(window, credit, project, workers):
    workers()
    page = window().sign_in(credit).open(address(project))
    expect(page.get_by_text("Drop a picture here")).to_be_visible()
    page.set_input_files(
        "input[type=file]", [{"name": "harbour.jpg", "mimeType": "image/jpeg", "buffer": jpeg((960, 640))}]
    )
    expect(page.get_by_role("treeitem")).to_have_count(1)

    page.get_by_label("How many pictures").select_option("2")
    expect(page.get_by_role("button", name="Run $0.095")).to_be_enabled()
    page.get_by_label("Describe the change").fill("monochrome, please")
    page.keyboard.press("Enter")
    expect(page.locator(".node.live")).to_have_count(1)
    page.close()

    page = window().sign_in(credit).open(address(project))
    expect(page.get_by_role("treeitem")).to_have_count(3, timeout=30_000)
    expect(page.locator(".node.live")).to_have_count(0)
    edit = Edit.objects.get()
    assert (edit.status, edit.charged, balance(credit.workspace.id).spent) == ("succeeded", 2 * PRICE, 2 * PRICE)
    expect(page.locator("#credit")).to_contain_text("$9.905", timeout=25_000)


def test_the_edit_on_show_becomes_its_picture_by_itself_and_the_composer_goes_on_from_it(
    window, credit, project, picture, workers
):
    workers()
    page = window().sign_in(credit).open(address(project))
    page.get_by_label("Describe the change").fill("warm")
    page.get_by_role("button", name="Run").dblclick()
    expect(page).to_have_url(re.compile("/img_(?!" + picture.id.removeprefix("img_") + ")"), timeout=30_000)
    assert Edit.objects.count() == 1
    made = Image.objects.get(is_output=True)
    assert page.url.endswith(f"{made.id}/")
    assert references(page) == [made.id]
    polls: list[str] = []
    page.on("request", lambda request: polls.append(request.url))
    page.wait_for_timeout(1500)
    assert [url for url in polls if "seen=" in url] == []

    page.keyboard.press("Escape")
    page.get_by_role("treeitem").first.locator("a").click()
    expect(page).to_have_url(re.compile(picture.id))
    expect(page.locator("[data-tray] input[name=images]")).to_have_value(picture.id)
    page.go_back()
    expect(page.locator("[data-version]")).to_have_attribute("data-shown", made.id)

    page.keyboard.press("c")
    slider = page.get_by_role("slider")
    expect(slider).to_be_focused()
    slider.press("ArrowRight")
    assert share(page) == 52
    slider.press("End")
    assert share(page) == 100
    slider.press("Home")
    assert share(page) == 0
    box = page.locator("[data-frame]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 20)
    page.mouse.up()
    assert share(page) == 25
    for way in ("side by side", "blink", "diff"):
        page.get_by_role("radio", name=way).click()
        expect(page.locator(".before img")).to_be_visible()
    assert serious_findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator(".before img")).to_be_hidden()


@pytest.mark.parametrize("way", ["enter", "click"])
def test_two_presses_are_one_edit(window, credit, picture, shortapi, way):
    page = window().sign_in(credit).open(address(picture.project))
    prompt = page.get_by_label("Describe the change")
    prompt.fill("warm")
    box = page.get_by_role("button", name="Run").bounding_box()
    assert box is not None

    def press() -> None:
        if way == "enter":
            page.keyboard.press("Enter")
        else:
            page.mouse.click(box["x"] + 10, box["y"] + 10)

    press()
    page.wait_for_timeout(300)
    press()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(prompt).to_have_value("")
    press()
    page.wait_for_load_state("networkidle")
    assert Edit.objects.count() == 1
    assert balance(credit.workspace.id).held == PRICE


def test_what_is_written_while_the_last_edit_is_taken_stays(window, credit, picture, shortapi):
    here = window().sign_in(credit)
    page = here.open(address(picture.project))
    prompt = page.get_by_label("Describe the change")
    here.context.route("**/edits/", lambda route: (prompt.fill("colder"), route.continue_()))
    prompt.fill("warm")
    prompt.press("Enter")
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(prompt).to_have_value("colder")
    assert Edit.objects.get().prompt == "warm"


def test_the_card_says_what_the_history_says(window, credit, picture, shortapi):
    here = window().sign_in(credit)
    page = here.open(address(picture.project))

    def send_first(route: Route) -> None:
        Edit.objects.update(status="running")
        connection.close()  # a handler has its own
        route.continue_()

    here.context.route("**/history/", send_first)
    page.get_by_label("Describe the change").fill("warm")
    page.keyboard.press("Enter")
    expect(page.locator(".node.live")).to_contain_text("running")
    expect(page.locator("[data-pending] .state")).to_have_text("running")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()


def test_a_finger_moves_the_divider(window, credit, project, picture, finished):
    page = window(width=390).sign_in(credit).open(address(project, finished.id))
    page.get_by_role("radio", name="slider").tap()
    box = page.locator("[data-frame]").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + box["width"] * 0.75, box["y"] + 10)
    assert share(page) == 75


def test_the_tray_is_filled_ordered_and_emptied_by_keys(window, credit, project, picture, finished):
    page = window().sign_in(credit).open(address(project, finished.id))
    page.get_by_role("treeitem").first.hover()
    page.get_by_role("treeitem").first.get_by_label("Use as reference").click()
    assert references(page) == [finished.id, picture.id]
    page.locator("[data-grip]").last.press("ArrowLeft")
    assert references(page) == [picture.id, finished.id]
    expect(page.locator("[data-grip]").first).to_have_attribute("aria-label", re.compile("^Image 1: harbour.jpg"))
    page.locator("[data-grip]").first.press("Delete")
    assert references(page) == [finished.id]
    page.locator("[data-grip]").first.press("Delete")
    expect(page.get_by_text("Choose a picture to start from.")).to_be_visible()
    expect(page.get_by_role("button", name="Run")).to_be_disabled()


def test_a_version_is_dragged_onto_the_tray(window, credit, project, picture, finished):
    page = window().sign_in(credit).open(address(project, finished.id))
    page.get_by_role("treeitem").first.locator("a").drag_to(page.locator("[data-tray-area]"))
    assert references(page) == [finished.id, picture.id]


def test_a_file_that_is_no_picture_says_so_beside_the_others(window, credit, project, picture):
    here = window().sign_in(credit)
    page = here.open(address(project))
    good = {"name": "good.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    bad = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"not a picture"}
    page.set_input_files("[data-upload=history]", [good, bad])
    expect(page.locator(".upload", has_text="notes.txt").locator("[data-error]")).to_contain_text("Nothing was stored")
    expect(page.get_by_role("treeitem")).to_have_count(2)
    here.complaints[:] = [one for one in here.complaints if "422" not in one]


FILES = """async ([selector, kind, name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
    const options = { bubbles: true, cancelable: true };
    const event = kind === "paste" ? new ClipboardEvent(kind, { ...options, clipboardData: data })
                                   : new DragEvent(kind, { ...options, dataTransfer: data });
    document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.mark.parametrize(
    "way",
    [("#stage", "drop", 1), ("[data-tray-area]", "drop", 2), ("body", "paste", 1), ("#prompt", "paste", 2)],
)
def test_files_come_by_drop_and_paste(window, credit, picture, way):
    where, kind, in_tray = way
    page = window().sign_in(credit).open(address(picture.project))
    page.evaluate(FILES, [where, kind, "dropped.jpg", list(jpeg())])
    expect(page.get_by_role("treeitem")).to_have_count(2)
    expect(page.locator("[data-grip]")).to_have_count(in_tray)
    new = Image.objects.latest("id")
    expect(page.locator("[data-tray] input[name=images]").last).to_have_value(new.id)


def test_4k_is_off_while_nobody_can_do_it_and_says_why(window, credit, finished):
    page = window().sign_in(credit).open(address(finished.project, finished.id))
    four = page.get_by_role("radio", name="4K")
    expect(four).to_be_disabled()
    expect(four).to_have_accessible_description("4K is not to be had: shortapi serves 2K only")


def test_the_composer_can_be_set_up_as_an_earlier_edit_was(window, credit, finished):
    page = window().sign_in(credit).open(address(finished.project, finished.id))
    page.keyboard.press("i")
    page.get_by_role("link", name="Use this prompt and settings").click()
    expect(page.get_by_label("Describe the change")).to_have_value("warmer light")
    expect(page.get_by_label("Describe the change")).to_be_focused()
    assert references(page) == [finished.output.edit.inputs.get().image_id]


def test_a_picture_that_does_not_load_says_so_and_is_loaded_again(window, credit, finished):
    here = window().sign_in(credit)
    here.context.route("**/rendition*", lambda route: route.abort())
    page = here.open(address(finished.project, finished.id))
    expect(page.get_by_text("The picture could not be loaded.")).to_be_visible()
    here.context.unroute("**/rendition*")
    page.get_by_role("button", name="load it again").click()
    expect(page.get_by_text("The picture could not be loaded.")).to_be_hidden()
    here.complaints[:] = [one for one in here.complaints if "ERR_FAILED" not in one]


def test_references_are_put_in_order_by_dragging(window, credit, picture, finished):
    page = window().sign_in(credit).open(address(finished.project, finished.id))
    page.get_by_role("treeitem").first.hover()
    page.get_by_role("treeitem").first.get_by_label("Use as reference").click()
    page.locator("[data-tray] li").last.drag_to(page.locator("[data-tray] li").first, target_position={"x": 5, "y": 20})
    assert references(page) == [picture.id, finished.id]
    assert page.locator("[data-number]").all_inner_texts() == ["1", "2"]


def test_a_failed_edit_can_be_tried_again(window, credit, finished):
    edit = Edit.objects.get()
    Output.objects.all().delete()
    Edit.objects.update(status="failed", charged=0, error_code="provider_failed", error_message="Its GPU burned.")
    page = window().sign_in(credit).open(address(finished.project, edit.id))
    expect(page.get_by_text("Its GPU burned.").first).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_label("Describe the change")).to_have_value("warmer light")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("It was taken back before anything was sent.")).to_be_visible()
    assert balance(credit.workspace.id).held == 0


def test_arrows_walk_the_tree(window, credit, project, picture, finished):
    page = window().sign_in(credit).open(address(project, finished.id))
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-version]")).to_have_attribute("data-shown", picture.id)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-version]")).to_have_attribute("data-shown", finished.id)
    page.keyboard.press("s")
    expect(page.get_by_role("button", name="1 starred")).to_be_visible()
    page.get_by_role("button", name="1 starred").click()
    expect(page.get_by_role("treeitem")).to_have_count(1)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (1024, "light"), (390, "dark")])
def test_everybody_can_read_the_project_page(window, credit, finished, width, scheme):
    page = window(width=width, scheme=scheme).sign_in(credit).open(address(finished.project, finished.id))
    expect(page.get_by_role("treeitem").first.locator("img")).to_have_css("box-shadow", re.compile(r"0px 0px 0px 1px$"))
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_text("the only one that could do it")).to_be_visible()
    assert serious_findings(page) == []


def test_without_javascript_a_picture_goes_in_and_an_edit_is_asked_for(window, credit, project, picture, shortapi):
    page = window(javascript=False).sign_in(credit).open(address(project))
    page.set_input_files(
        ".side input[type=file]", [{"name": "b.jpg", "mimeType": "image/jpeg", "buffer": jpeg((90, 60))}]
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("treeitem")).to_have_count(2)
    page.get_by_label("Describe the change").fill("warm")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("usually").or_(page.get_by_text("queued")).first).to_be_visible()
    assert Edit.objects.get().prompt == "warm"
