"""Insert statements for tables of models, whatever columns they have."""

from typing import Any


def fill(model: Any, source: str, /, **columns: str) -> tuple[str, list[Any]]:
    """Insert rows made of SQL expressions; a column that none is given for takes what its field has by default."""
    from django.db import connection

    names, made, values = [], [], list[Any]()
    for field in model._meta.concrete_fields:
        if field.column in columns:
            names.append(field.column)
            made.append(columns.pop(field.column))
        elif not field.primary_key:
            names.append(field.column)
            made.append("%s")
            values.append(field.get_db_prep_save(field.get_default(), connection))
    if columns:
        raise ValueError(f"{model.__name__} has no {', '.join(columns)}")
    quoted = ", ".join(f'"{name}"' for name in names)
    expressions = ", ".join(each if each == "%s" else each.replace("%", "%%") for each in made)
    return (
        f"INSERT INTO {model._meta.db_table} ({quoted}) SELECT {expressions} FROM {source.replace('%', '%%')}",
        values,
    )
