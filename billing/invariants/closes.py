"""What the daily close keeps of the books, and how a later change is found. All of it is computed by PostgreSQL."""

HASH_BYTES = 16
BLOCK = 1000

# Of the transfers that {which} chooses: id, number of entries, sum of the positive ones, hash of all that is in them.
DIGESTS = """
    SELECT transfer.id, booked.count, booked.total, substring(sha256(convert_to(jsonb_build_array(
            transfer.id, transfer.key, transfer.kind, transfer.reference, transfer.content_sha256, transfer.memo,
            (extract(epoch FROM transfer.created_at) * 1000000)::bigint, booked.entries
        )::text, 'UTF8')) FOR 16) AS hash
    FROM billing_transfer transfer CROSS JOIN LATERAL (
        SELECT count(*) AS count, coalesce(sum(entry.amount) FILTER (WHERE entry.amount > 0), 0) AS total,
            jsonb_agg(jsonb_build_array(entry.id, entry.account_id, entry.amount) ORDER BY entry.id) AS entries
        FROM billing_entry entry WHERE entry.transfer_id = transfer.id
    ) booked
    WHERE {which}
"""

# A day's seal: of the seal before, the day, its sums, and its blocks in order (number, ids, hashes).
SEAL = """
    encode(sha256(convert_to(jsonb_build_array(
        {previous}, ({day})::text, ({transfers})::bigint, ({entries})::bigint, ({total})::bigint,
        (SELECT coalesce(jsonb_agg(
            encode(sha256(convert_to(block.transfers::text, 'UTF8') || block.hashes), 'hex') ORDER BY block.number
        ), '[]') FROM {blocks} block {of_day})
    )::text, 'UTF8')), 'hex')
"""

# ruff: noqa: S608 - our own texts
DIFFERENCES = """
    SELECT coalesce(kept.id, now.id), CASE WHEN now.id IS NULL THEN 'is missing from its day'
        WHEN kept.id IS NULL THEN 'was added to a closed day' ELSE 'was changed' END, kept.day
    FROM (
        SELECT one.id, block.close_id AS day,
            substring(block.hashes FROM ((one.number - 1) * 16 + 1)::int FOR 16) AS hash
        FROM billing_closeblock block, jsonb_array_elements_text(block.transfers) WITH ORDINALITY AS one (id, number)
        WHERE block.close_id >= {since}
    ) kept
    FULL JOIN (""" + DIGESTS.format(
    which="""transfer.created_at >= (({since})::timestamp AT TIME ZONE 'UTC')
        AND transfer.created_at < ((SELECT max(day) + 1 FROM billing_dailyclose)::timestamp AT TIME ZONE 'UTC')"""
) + """) now ON now.id = kept.id
    WHERE kept.hash IS DISTINCT FROM now.hash
"""  # fmt: skip

CHAIN = """
    SELECT day, CASE WHEN after_a_gap THEN 'does not follow the day before' ELSE 'was changed' END FROM (
        SELECT closed.*, lag(closed.day) OVER days <> closed.day - 1 AS after_a_gap,
            closed.previous_sha256 <> coalesce(lag(closed.sha256) OVER days, '') AS is_torn
        FROM billing_dailyclose closed WINDOW days AS (ORDER BY closed.day)
    ) closed
    WHERE after_a_gap OR is_torn OR (day >= {since} AND sha256 <> """ + SEAL.format(
    previous="closed.previous_sha256", day="closed.day", transfers="closed.transfers", entries="closed.entries",
    total="closed.total", blocks="billing_closeblock", of_day="WHERE block.close_id = closed.day",
) + """)
"""  # fmt: skip

LATEST = "(SELECT max(day) - 1 FROM billing_dailyclose)"
EVER = "'-infinity'::date"


def close_invariants(since: str) -> dict[str, str]:
    """Give the invariants of what was closed since a day, which is an expression of SQL."""
    return {
        "I10 what was closed is as it was: no transfer changed, missing or added": DIFFERENCES.format(since=since),
        "I10 the closed days are one chain": CHAIN.format(since=since),
    }
