"""The control page: what each provider was asked and made, and the forms. Pure: text in, HTML out."""

from collections.abc import Mapping
from html import escape

from editor.simulator.books import errors
from editor.simulator.control import BadOrder, Control
from editor.simulator.control_fields import Fields, plain
from editor.simulator.desk import Desk
from editor.simulator.faults import FAULTS, Stage
from editor.simulator.latency import Latency, Spread
from editor.simulator.statements import months

FIGURES = (
    ("jobs", "jobs made"),
    ("running", "in progress"),
    ("posts", "POSTs"),
    ("polls", "polls"),
    ("replays", "replays"),
    ("refused", "refused"),
)
STAGES = {
    Stage.SUBMIT: "The paid POST",
    Stage.PRICE: "The price",
    Stage.JOB: "The job",
    Stage.RESULT: "The result",
    Stage.CALLBACK: "The callback",
    Stage.POLL: "The poll",
    Stage.BILL: "The statement",
}
OPTIONS = {
    "retry_after": ("Retry-After", "refusals; sent as it is: 7, -1, a date …"),
    "message": ("Message", "refusals; what the provider says"),
    "amount": ("Amount", "price_change, over_charge; USD for one picture"),
    "url": ("URL", "foreign_result_url"),
    "side": ("Side", "speck_result; pixels"),
}
RENDERS = {"edit": "edit the pictures", "flat": "plain pictures, unfetched"}


def draw(
    control: Control,
    *,
    said: str = "",
    bad: BadOrder | None = None,
    form: str = "",
    entered: Mapping[str, str] | None = None,
) -> str:
    """Draw the page; `bad` is what was wrong with what was `entered` into a form."""
    told = {form: Fields(form, entered or {}, bad)}
    return (
        "<header><h1>Control</h1><p>What the simulated providers were asked, and how they are to behave. The same as "
        'the JSON API at <code>/control/…</code>. <a href="/control/">Refresh</a> · <a href="/">Latest jobs</a></p>'
        f"</header><main>{_notice(said, bad)}"
        f'<section aria-labelledby="providers"><h2 id="providers">Providers</h2><div class="cards">'
        + "".join(_card(name, counts, control) for name, counts in control.counts().items())
        + "</div></section>"
        + _fault_form(list(control.desks), told.get("fault", Fields("fault")))
        + _profile_form(control, told.get("profile", Fields("profile")))
        + '<form method="post" action="/control/do/reset"><h2>Start afresh</h2><p>Forgets every job, picture, count '
        "and fault, and goes back to how it was started.</p>"
        '<button class="quiet">Reset everything</button></form></main>'
    )


def _notice(said: str, bad: BadOrder | None) -> str:
    if bad:
        return f'<p class="bad" role="alert"><strong>Nothing was changed.</strong> {escape(str(bad))}.</p>'
    return f'<p class="good" role="status">{escape(said)}</p>' if said else ""


def _card(name: str, counts: Mapping[str, object], control: Control) -> str:
    figures = "".join(f"<div><dt>{word}</dt><dd>{counts[key]}</dd></div>" for key, word in FIGURES)
    waiting = counts["faults_waiting"]
    faults = "".join(map(_waiting, waiting)) if isinstance(waiting, list) else ""
    faults = f"<ul>{faults}</ul>" if faults else "<p>No faults waiting.</p>"
    return (
        f'<article aria-labelledby="of-{name}"><h3 id="of-{name}">{name}</h3>'
        f'<p class="bill"><strong>${counts["billed_usd"]}</strong> would have been billed</p>'
        f"<dl>{figures}</dl><p>{_pace(control.profile.latency_of(name))}</p>{faults}"
        f"{_statements(name, control.desks[name])}</article>"
    )


def _waiting(fault: Mapping[str, object]) -> str:
    options = fault["options"]
    said = ", ".join(f"{key}={value}" for key, value in options.items()) if isinstance(options, dict) else ""
    times = "until reset" if fault["times"] is None else f"× {fault['times']}"
    return f"<li><code>{escape(str(fault['fault']))}</code> {times} {escape(said)}</li>"


def _statements(name: str, desk: Desk) -> str:
    """Offer a file for each month, and tell, to whoever wants to know, what is wrong on them."""
    files = "".join(
        f'<li><a href="/control/statements/{name}.csv?month={month}" download>{month}</a> '
        f"{count} line{'' if count == 1 else 's'}</li>"
        for month, count in months(name, desk).items()
    )
    wrong = "".join(
        f"<li><code>{one.fault}</code> <code>{escape(one.ticket)}</code> {'−' if one.usd < 0 else '+'}${abs(one.usd):f}</li>"
        for one in errors(desk.jobs.values())
    )
    told = f"<details><summary>What is wrong on them</summary><ul>{wrong}</ul></details>" if wrong else ""
    return f"<h4>Statements</h4><ul>{files}</ul>{told}" if files else ""


def _pace(latency: Latency) -> str:
    seed = "" if latency.seed is None else f", seed {latency.seed}"
    return f"{latency.mean:g} s, {latency.profile.replace('_', ' ')}{seed}"


def _fault_form(providers: list[str], fields: Fields) -> str:
    groups = {
        word: {name: f"{name}: {row.says}" for name, row in FAULTS.items() if row.stage == at}
        for at, word in STAGES.items()
    }
    options = "".join(fields.text(f"options.{name}", label, hint=hint) for name, (label, hint) in OPTIONS.items())
    return (
        '<form method="post" action="/control/do/fault"><h2>Order a fault</h2><div class="fields">'
        + fields.select("provider", "Provider", plain(providers))
        + fields.grouped("fault", "Fault", groups)
        + fields.text("times", "Times", default="1", hint="empty: until reset", mode="numeric")
        + f'</div><fieldset><legend>Options</legend><div class="fields">{options}</div></fieldset>'
        + "<button>Order the fault</button></form>"
    )


def _profile_form(control: Control, fields: Fields) -> str:
    now = control.profile
    latency, render, limits = now.latency, "flat" if now.flat else "edit", str(now.limits).lower()
    seed = "" if latency.seed is None else str(latency.seed)
    return (
        '<form method="post" action="/control/do/profile"><h2>How it works</h2><div class="fields">'
        + fields.select("provider", "Whose latency", {"": "all of them", **plain(control.desks)})
        + fields.text("latency", "Latency", default=f"{latency.mean:g}", hint="seconds, on average")
        + fields.select("profile", "Profile", plain(Spread), default=latency.profile)
        + fields.text("seed", "Seed", default=seed, hint="the same times again; empty: by chance")
        + fields.select("render", "Results", RENDERS, default=render)
        + fields.select("limits", "Providers' limits", {"true": "kept", "false": "off"}, default=limits)
        + "</div><button>Change</button></form>"
    )
