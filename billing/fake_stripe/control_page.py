"""The control page: what was bought, what waits, what was delivered, and the forms. Pure: objects in, HTML out."""

from html import escape

from billing.fake_stripe.cards import DECLINES
from billing.fake_stripe.control import Control
from billing.fake_stripe.orders import FAULTS
from billing.fake_stripe.pages.paper import money, notice
from billing.fake_stripe.refusals import Thing

LATEST = 20
ACTS = {
    "dispute": "open a dispute (PaymentIntent)",
    "refund": "refund in the dashboard (PaymentIntent)",
    "win": "win a dispute (dispute)",
    "lose": "lose a dispute (dispute)",
    "renew": "renew now (subscription)",
    "expire": "let expire (checkout session)",
    "replay": "deliver again (event)",
}
KINDS = {"payment_intent": "Payments", "subscription": "Plans", "dispute": "Disputes", "refund": "Refunds"}


def draw(control: Control, *, said: str = "", bad: str = "") -> str:
    """Draw the page."""
    counts = control.counts()
    told = f'<p class="good" role="status">{escape(said)}</p>' if said else ""
    return (
        "<header><h1>Control of the fake Stripe</h1><p>A stand-in for Stripe on this machine, for demos and tests. "
        'The same as the JSON API at <code>/control/…</code>. <a href="/control/">Refresh</a></p></header><main>'
        f"{notice(f'Nothing was changed: {bad}' if bad else '')}{told}"
        + "".join(_table(name, control.shop.all(kind)[:LATEST]) for kind, name in KINDS.items())
        + _deliveries(counts)
        + _act_form()
        + _fault_form(counts)
        + _event_forms(counts)
        + '<form method="post" action="/control/do/reset"><h2>Start afresh</h2><p>Forgets every customer, payment and '
        'event.</p><button class="quiet">Reset everything</button></form></main>'
    )


def _table(name: str, things: list[Thing]) -> str:
    rows = "".join(
        f"<tr><td><code>{thing['id']}</code></td><td>{escape(str(thing['status']).replace('_', ' '))}</td>"
        f"<td>{_amount(thing)}</td></tr>"
        for thing in things
    )
    if not rows:
        return f"<section><h2>{name}</h2><p>None yet.</p></section>"
    head = "<thead><tr><th>Id</th><th>State</th><th>Amount</th></tr></thead>"
    return f'<section><h2>{name}</h2><div class="sheet"><table>{head}<tbody>{rows}</tbody></table></div></section>'


def _amount(thing: Thing) -> str:
    if "amount" in thing:
        return money(thing["amount"], thing["currency"])
    return " ".join(money(item["price"]["unit_amount"], thing["currency"]) for item in thing["items"]["data"])


def _deliveries(counts: Thing) -> str:
    rows = "".join(
        f"<tr><td><code>{each['type']}</code></td><td>{each['status'] or 'no answer'}</td><td>{each['how']}</td>"
        f"<td><code>{each['event']}</code></td></tr>"
        for each in counts["deliveries"][: -LATEST - 1 : -1]
    )
    where = escape(counts["endpoint"] or "nowhere")
    head = "<thead><tr><th>Event</th><th>Answer</th><th>How</th><th>Id</th></tr></thead>"
    table = f'<div class="sheet"><table>{head}<tbody>{rows}</tbody></table></div>' if rows else "<p>None yet.</p>"
    return f"<section><h2>Deliveries</h2><p>To <code>{where}</code></p>{table}</section>"


def _act_form() -> str:
    options = "".join(f'<option value="{name}">{escape(words)}</option>' for name, words in ACTS.items())
    return (
        '<form method="post" action="/control/do/act"><h2>Act as bank or dashboard</h2><div class="fields">'
        f'<div class="field wide"><label for="act">What</label><select id="act" name="act">{options}</select></div>'
        + _text("id", "Id")
        + _text("amount", "Cents (empty: all)", mode="numeric")
        + "</div><button>Do it</button></form>"
        '<form method="post" action="/control/do/advance"><h2>Clock</h2><p>Plans renew and checkouts expire.</p>'
        f'<div class="fields">{_text("days", "Days to go forward", value="31", mode="numeric")}</div>'
        "<button>Put it forward</button></form>"
    )


def _fault_form(counts: Thing) -> str:
    groups: dict[str, str] = {}
    for name, fault in FAULTS.items():
        words = f"{name.replace('_', ' ')}: {fault.says}"
        groups[fault.strikes] = groups.get(fault.strikes, "") + f'<option value="{name}">{escape(words)}</option>'
    options = "".join(f'<optgroup label="The next {name}">{of}</optgroup>' for name, of in groups.items())
    waiting = "".join(
        f"<li><code>{each['fault']}</code> {'until reset' if each['times'] is None else '× ' + str(each['times'])} "
        f"{escape(each['type'])}</li>"
        for each in counts["faults_waiting"]
    )
    names = ", ".join(f"{name} {', '.join(row.options)}" for name, row in FAULTS.items() if row.options)
    return (
        '<form method="post" action="/control/do/fault"><h2>Order a fault</h2>'
        f"{f'<ul>{waiting}</ul>' if waiting else '<p>No faults waiting.</p>'}"
        f'<div class="fields"><div class="field wide"><label for="fault">Fault</label><select id="fault" name="fault">'
        f"{options}</select></div>"
        + _text("times", "Times", value="1", mode="numeric")
        + _text("type", "Only events of this type")
        + _text("option", "Option")
        + _text("value", "Its value")
        + f"</div><p><small>Options: {escape(names)}. Codes of declines: {', '.join(DECLINES)}.</small></p>"
        "<button>Order the fault</button></form>"
    )


def _event_forms(counts: Thing) -> str:
    return (
        '<form method="post" action="/control/do/hold"><h2>Order of events</h2>'
        f'<p>{len(counts["held"])} kept back.</p><button class="quiet">Keep events back</button></form>'
        '<form method="post" action="/control/do/release"><input type="hidden" name="order" value="reversed">'
        '<button class="quiet">Deliver them, the last first</button></form>'
    )


def _text(name: str, label: str, *, value: str = "", mode: str = "text") -> str:
    return (
        f'<div class="field"><label for="{name}">{escape(label)}</label><input id="{name}" name="{name}" '
        f'value="{escape(value)}" inputmode="{mode}" autocomplete="off" spellcheck="false"></div>'
    )
