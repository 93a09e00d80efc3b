"""Which key a key's budget is counted under: the first of its rotations, so that a successor brings no second limit."""

from django.db import connection

# The keys that led to %(key)s, itself at turn 0; a chain of months, each step by a unique index.
LINE = """
line (id, turn) AS (
    SELECT id, 0 FROM accounts_apikey WHERE id = %(key)s
    UNION ALL SELECT older.id, turn + 1 FROM accounts_apikey older JOIN line ON older.successor_id = line.id
)
"""
FIRST = "SELECT id FROM line ORDER BY turn DESC LIMIT 1"

# The last of %(key)s' rotations, which is what people know it by.
LAST = """
WITH RECURSIVE line (id, successor_id) AS (
    SELECT id, successor_id FROM accounts_apikey WHERE id = {key}
    UNION ALL SELECT next.id, next.successor_id FROM accounts_apikey next JOIN line ON next.id = line.successor_id
)
SELECT id FROM line WHERE successor_id IS NULL
"""


def first_key(key_id: str) -> str:
    """Give the id of the key that this one's rotations began with; its own where it has none."""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {LINE} {FIRST}", {"key": key_id})
        found = cursor.fetchone()
    return str(found[0]) if found else key_id
