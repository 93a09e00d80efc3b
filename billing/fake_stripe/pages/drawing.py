"""Draw the pages a customer sees."""

from html import escape

from billing.fake_stripe.cards import CARDS, FINE
from billing.fake_stripe.pages.paper import link, money, notice
from billing.fake_stripe.refusals import Thing
from billing.fake_stripe.resources.methods import card_of

WORDS = {"payment": "Pay", "setup": "Save card", "subscription": "Subscribe"}


def pickable(saved: list[Thing], chosen: str = "") -> str:
    """Draw the choice of a card: those the customer has saved, then Stripe's test cards."""
    chosen = chosen or (saved[0]["id"] if saved else FINE)
    rows = [(method["id"], card_of(method).name, "saved") for method in saved]
    rows += [(card.number, f"{card.brand.capitalize()} {_grouped(card.number)}", card.says) for card in CARDS.values()]
    return "<fieldset><legend>Card</legend>" + "".join(
        f'<label class="pick"><input type="radio" name="card" value="{value}"{" checked" if value == chosen else ""}>'
        f"<span>{escape(name)}<small>{escape(says)}</small></span></label>"
        for value, name, says in rows
    ) + "</fieldset>"  # fmt: skip


def checkout(session: Thing, saved: list[Thing], *, wrong: str = "", chosen: str = "") -> str:
    """Draw the checkout page."""
    lines = "".join(
        f"<tr><td>{escape(item['description'])} × {item['quantity']}</td>"
        f'<td class="sum">{money(item["amount_total"], item["currency"])}{_every(item["price"])}</td></tr>'
        for item in session["_items"]
    )
    total = "" if session["mode"] == "setup" else money(session["amount_total"], session["currency"])
    table = f'<table><caption class="hidden">What you pay for</caption><tbody>{lines}</tbody></table>' if lines else ""
    address = escape((session["customer_details"] or {}).get("email") or "customer@example.com")
    email = "" if session["customer"] else (
        '<div class="field"><label for="email">E-mail</label>'
        f'<input id="email" name="email" type="email" autocomplete="off" value="{address}"></div>'
    )  # fmt: skip
    words = WORDS[session["mode"]]
    return (
        f"<header><h1>{words} {total}</h1></header><main>{notice(wrong)}{table}"
        f'<form method="post" action="/pay/{session["id"]}">{email}{pickable(saved, chosen)}'
        f"<button>{words} {total}</button> {link(session['cancel_url'], 'Cancel and go back')}</form></main>"
    )


def asked_by_bank(intent: Thing, *, paid: bool) -> str:
    """Draw the bank's question."""
    what = f"the payment of {money(intent['amount'], intent['currency'])}" if paid else "saving your card"
    return (
        f"<header><h1>Your bank asks</h1></header><main><p>3-D Secure: did you start {what}?</p>"
        f'<form method="post" action="/bank/{intent["id"]}">'
        '<button name="answer" value="yes">Yes, confirm it</button> '
        '<button class="quiet" name="answer" value="no">No, let it fail</button></form></main>'
    )


def portal(shop_name: str, session: Thing, plans: list[str], cards: list[Thing], invoices: list[Thing],
           *, default: str | None, wrong: str = "") -> str:  # fmt: skip
    """Draw the customer portal."""
    token = session["_token"]
    return (
        f"<header><h1>{escape(shop_name)}: plan, cards, invoices</h1><p>"
        f"{link(session['return_url'], 'Back to where you came from')}</p></header><main>{notice(wrong)}"
        f"<section><h2>Plan</h2>{''.join(plans) or '<p>No plan.</p>'}</section>"
        f"<section><h2>Cards</h2>{_cards(token, cards, default)}"
        f'<form method="post" action="/portal/{token}/card"><h3>Add a card</h3>{pickable([])}'
        "<button>Save and use this card</button></form></section>"
        f"<section><h2>Invoices</h2>{_invoices(invoices)}</section></main>"
    )


def receipt(title: str, rows: list[tuple[str, str]]) -> str:
    """Draw a receipt or an invoice."""
    told = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    return f"<header><h1>{escape(title)}</h1></header><main><dl>{told}</dl></main>"


def plan(token: str, its: Thing, choices: list[tuple[Thing, str, str]]) -> str:
    """Draw a plan, and what it may be changed to: the price, its name, when it begins."""
    item = its["items"]["data"][0]
    ends, changes = its["cancel_at_period_end"], its["schedule"]
    acts = [("keep", "Do not cancel")] if ends else [("cancel", "Cancel plan")]
    acts += [("keep", "Keep this plan")] if changes else []
    price = money(item["price"]["unit_amount"] * item["quantity"], item["price"]["currency"])
    hidden = f'<input type="hidden" name="plan" value="{its["id"]}">'
    return (
        f"<p>{price}{_every(item['price'])}, {escape(its['status'].replace('_', ' '))}"
        f"{', ends with this period' if ends else ', changes with the next period' if changes else ''}</p>"
        + "".join(
            f'<form method="post" action="/portal/{token}/{act}">{hidden}<button class="quiet">{words}</button></form>'
            for act, words in acts
        )
        + "".join(
            f'<form method="post" action="/portal/{token}/switch">{hidden}'
            f'<input type="hidden" name="price" value="{of["id"]}">'
            f"<p>{escape(name)}: {money(of['unit_amount'], of['currency'])}{_every(of)}, {when}</p>"
            f'<button class="quiet" aria-label="Change to {escape(name)}">Change</button></form>'
            for of, name, when in choices
        )
    )


def _cards(token: str, cards: list[Thing], default: str | None) -> str:
    rows = "".join(
        f'<li><form method="post" action="/portal/{token}/remove">{escape(card_of(card).name)}'
        f"{' (used for the plan)' if card['id'] == default else ''} "
        f'<input type="hidden" name="card" value="{card["id"]}">'
        f'<button class="quiet" aria-label="Remove {escape(card_of(card).name)}">Remove</button></form></li>'
        for card in cards
    )
    return f"<ul>{rows}</ul>" if rows else "<p>No card.</p>"


def _invoices(invoices: list[Thing]) -> str:
    rows = "".join(
        f'<li><a href="/invoices/{invoice["id"]}">{escape(invoice["number"])}</a> '
        f"{money(invoice['total'], invoice['currency'])} {invoice['status']}</li>"
        for invoice in invoices
    )
    return f"<ul>{rows}</ul>" if rows else "<p>No invoices.</p>"


def _every(price: Thing) -> str:
    if not price["recurring"]:
        return ""
    count, interval = price["recurring"]["interval_count"], price["recurring"]["interval"]
    return f" a {interval}" if count == 1 else f" every {count} {interval}s"


def _grouped(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
