"""Statements: a file is imported with its counts or refused by line and column, a large one by a task."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from billing import tasks
from billing.models import CostLine, ReviewItem, Statement, StatementLine, StatementUpload, UploadState
from billing.services import upload_statement as door
from tests.billing.views.costs import CSV, line, row, staff, text_of
from tests.conftest import OFF

pytestmark = pytest.mark.django_db
PAGE = "/staff/costs/statements/"


@pytest.fixture
def sam(db):
    return staff()[1]


def bring(client, content, **form):
    file = SimpleUploadedFile("october.csv", content.encode() if isinstance(content, str) else content)
    form = {"provider": "shortapi", "month": "2026-10", "file": file, **form}
    return client.post(f"{PAGE}upload/", {name: value for name, value in form.items() if value != ""}, follow=True)


def test_a_file_is_imported_and_its_counts_are_told(sam, alice):
    line(alice.workspace, 1)
    line(alice.workspace, 2)
    said = text_of(bring(sam, CSV + row(1) + row(9, "0.07"), is_all="on"))
    assert "2 new lines, 0 known from earlier, 1 matched, 2 items to look into." in said
    assert "Oct 2026 shortapi october.csv complete 2 $0.11 $0.04 sam@example.com" in said
    assert "2 new lines, 0 known from earlier, 1 matched, 2 items raised, all of the month" in said
    assert sorted(ReviewItem.objects.values_list("kind", flat=True)) == ["not_stated", "unmatched"]
    assert bytes(StatementUpload.objects.get().content) == b""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (CSV + row(1) + row(2, "much"), "Line 3, column amount_usd: 'much' is no amount such as 0.042."),
        (CSV + row(1, at="2026-09-30T12:00:00Z"), "Line 2: the charge is of 2026-09-30, not of 2026-10."),
        (CSV + row(1, at="noon"), "Line 2, column created_at: 'noon' is no time"),
        ("id,job_id\n1,2\n", "Line 1: no column gives the time"),
        ("", "The file is empty."),
        (b"\xff\xfe\x00", "The file is not UTF-8 text."),
        ("{", "The file is not JSON, though it begins like it."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_line_and_column(sam, content, says):
    answer = bring(sam, content)
    assert answer.status_code == 422
    assert says in text_of(answer).replace("&#x27;", "'")
    assert "Nothing of the file was kept." in text_of(answer)
    assert (Statement.objects.count(), StatementLine.objects.count()) == (0, 0)
    assert StatementUpload.objects.get().state == UploadState.REFUSED


def test_the_same_file_is_refused_the_second_time_and_the_books_stay(sam, alice):
    line(alice.workspace, 1)
    bring(sam, CSV + row(1))
    before = CostLine.objects.values().get()
    said = text_of(bring(sam, CSV + row(1)))
    assert "This statement of shortapi for 2026-10 was imported before. Nothing was changed." in said
    assert (Statement.objects.count(), CostLine.objects.values().get()) == (1, before)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"provider": "ark"}, "Name a provider."),
        ({"month": "October"}, "The month is one such as 2026-10."),
        ({"month": "2099-01"}, "That month has not begun."),
        ({"month": "1999-01"}, "greater than or equal to"),
        ({"month": "2026-11", "is_all": "on"}, "2026-11 is not over: leave this open."),
        ({"file": ""}, "Choose a CSV or JSON file."),
    ],
)
def test_a_bad_form_names_its_field_and_nothing_is_kept(sam, form, says):
    answer = bring(sam, CSV + row(1), **form)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert StatementUpload.objects.count() == 0


def test_a_large_file_waits_for_a_task_that_reads_it_once(sam, alice, django_capture_on_commit_callbacks):
    for number in range(3):
        line(alice.workspace, number)
    content = CSV + "".join(row(number) for number in range(3)) + " \n" * door.READ_AT_ONCE
    with django_capture_on_commit_callbacks(execute=True):
        said = text_of(bring(sam, content))
    assert "The file is being read." in said
    upload = StatementUpload.objects.get()
    assert (upload.state, OrmQ.objects.count(), Statement.objects.count()) == (UploadState.WAITING, 1, 0)
    part = sam.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    tasks.statement_uploads()
    tasks.statement_uploads()
    upload.refresh_from_db()
    assert (upload.state, upload.lines, upload.matched) == (UploadState.DONE, 3, 3)
    assert Statement.objects.count() == 1
    assert "every 2s" not in sam.get(PAGE, headers={"HX-Request": "true"}).content.decode()


def test_a_statements_lines_come_in_pages_with_their_matches(sam, alice, django_assert_max_num_queries):
    line(alice.workspace, 1)
    bring(sam, CSV + row(1) + "".join(row(number) for number in range(1001, 1250)))
    address = f"{PAGE}{Statement.objects.get().id}/"
    sam.get(address)
    with django_assert_max_num_queries(12):
        first = text_of(sam.get(address))
    assert "2 3 Oct, 12:00:00 job-1 att_1 id +$0.04" in first
    assert "job-1100" not in first
    assert "job-1100 nothing we know of +$0.04" in text_of(sam.get(f"{address}?after=101"))
    assert "att_1" not in text_of(sam.get(f"{address}?only=unmatched"))
    for odd in ("x", "-1", "9" * 30, "%00"):
        assert sam.get(f"{address}?after={odd}").status_code == 200
    assert sam.get(f"{PAGE}stm_nowhere/").status_code == 404


def test_a_month_is_called_complete_later_too(sam, alice):
    line(alice.workspace, 1)
    line(alice.workspace, 2)
    bring(sam, CSV + row(1))
    statement = Statement.objects.get()
    said = text_of(sam.post(f"{PAGE}{statement.id}/complete/", follow=True))
    assert "2026-10 of shortapi is complete. 1 delivered cost on no statement: to look into." in said
    assert ReviewItem.objects.get().kind == "not_stated"


def test_ai_ml_apis_statement_is_fetched_by_a_task_where_there_is_a_key(sam, settings):
    settings.PROVIDERS = OFF
    assert "There is no key for AI/ML API" in text_of(sam.post(f"{PAGE}fetch/", follow=True))
    assert OrmQ.objects.count() == 0
    settings.PROVIDERS = {**OFF, "aimlapi": type(OFF["aimlapi"])("http://127.0.0.1:9", "test-key-of-aimlapi", ())}
    assert "AI/ML API is being asked." in text_of(sam.post(f"{PAGE}fetch/", follow=True))
    assert [task.func() for task in OrmQ.objects.all()] == ["editor.tasks.fetch_statements"]


def test_a_body_beyond_a_statements_size_is_turned_away_before_it_is_read(sam):
    answer = sam.generic("POST", f"{PAGE}upload/", b"x", headers={"Content-Length": str(27 * 1024 * 1024)})
    assert answer.status_code == 413


def test_the_page_takes_as_many_queries_however_many_statements_there_are(sam, django_assert_max_num_queries):
    for number in range(30):
        bring(sam, CSV + row(number))
    with django_assert_max_num_queries(12):
        assert sam.get(PAGE).status_code == 200
