"""Edits of the API's other model, on the page: shown as they are, and not begun again as something else."""

from tests.editor.rows import make_edit
from tests.editor.views.test_waiting import page_of


def test_an_edit_of_another_model_shows_its_settings_and_is_not_set_up_again_as_seedream(alice, shortapi):
    page = page_of(alice, make_edit(alice.workspace, model="seededit-3.0", seed=3, guidance_scale=5.5))
    assert "seededit-3.0 · seed 3 · guidance 5.5" in page
    assert "Made with seededit-3.0, through the API." in page
    assert "Use this prompt and settings" not in page


def test_an_edit_of_seedream_can_be_set_up_again(alice, shortapi):
    assert "Use this prompt and settings" in page_of(alice, make_edit(alice.workspace))
