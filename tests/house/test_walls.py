"""Every table of a workspace's is behind the second wall, or it is said why not."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from config import walls

OURS = ("accounts", "billing", "editor")
BEHIND = {*walls.TABLES, *walls.THROUGH, *walls.OF_ALL}


def _models() -> list[type[Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def _of_a_workspace() -> set[str]:
    return {
        model._meta.db_table
        for model in _models()
        if "workspace_id" in {field.attname for field in model._meta.concrete_fields}
    }


def test_every_model_with_a_workspace_is_behind_the_wall_or_it_is_said_why_not() -> None:
    assert _of_a_workspace() - BEHIND - walls.IN_FRONT.keys() == set()
    assert (set(walls.TABLES) | set(walls.OF_ALL) | walls.IN_FRONT.keys()) - _of_a_workspace() == set()
    assert BEHIND & walls.IN_FRONT.keys() == set()


def test_every_model_that_cascades_from_one_behind_the_wall_is_behind_it_too() -> None:
    children = {
        model._meta.db_table
        for model in _models()
        for field in model._meta.concrete_fields
        if field.related_model is not None and not field.null and field.related_model._meta.db_table in BEHIND
    }
    assert children - BEHIND == set()


@pytest.mark.django_db
def test_the_database_holds_them_all_to_it_the_owner_included() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        assert {name for (name,) in cursor.fetchall()} == BEHIND
        cursor.execute("SELECT tablename, array_agg(policyname::text ORDER BY policyname) FROM pg_policies GROUP BY 1")
        assert dict(cursor.fetchall()) == {table: ["own_workspace", "workers"] for table in BEHIND}


@pytest.mark.django_db
def test_what_builds_the_wall_may_be_run_again() -> None:
    walls.build(connection)
    test_the_database_holds_them_all_to_it_the_owner_included()
