"""Invariants of budgets."""

BUDGETS = {
    "I3 a budget's period has what its open holds sum to, and what was charged and not given back": """
        SELECT period.id, period.held, counted.held, period.spent, counted.spent
        FROM billing_budgetperiod period LEFT JOIN (
            SELECT named.period, coalesce(sum(hold.amount) FILTER (WHERE hold.state = 'held'), 0) AS held,
                sum(hold.captured - hold.refunded) AS spent
            FROM billing_hold hold CROSS JOIN LATERAL jsonb_array_elements_text(hold.budgets) AS named (period)
            WHERE hold.budgets <> '[]' GROUP BY named.period
        ) counted ON counted.period = period.id
        WHERE period.held <> coalesce(counted.held, 0) OR period.spent <> coalesce(counted.spent, 0)
    """,
}
