"""The control page: what each provider was asked and made, and the forms. Pure: text in, HTML out."""

from collections.abc import Iterable, Mapping
from html import escape

from editor.simulator.control import BadOrder, Control
from editor.simulator.faults import FAULTS, Stage
from editor.simulator.latency import Latency, Spread
from editor.simulator.studio import Profile

Entered = Mapping[str, str]
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
}
OPTIONS = {
    "retry_after": ("Retry-After", "refusals; sent as it is: 7, -1, a date …"),
    "message": ("Message", "refusals; what the provider says"),
    "amount": ("Amount", "price_change; USD for one picture"),
    "url": ("URL", "foreign_result_url"),
    "side": ("Side", "speck_result; pixels"),
}


def draw(
    control: Control, *, said: str = "", bad: BadOrder | None = None, form: str = "", entered: Entered | None = None
) -> str:
    """Draw the page; `bad` is what was wrong with what was `entered` into a form."""
    told = {form: entered or {}}
    return (
        "<header><h1>Control</h1><p>What the simulated providers were asked, and how they are to behave. The same as "
        'the JSON API at <code>/control/…</code>. <a href="/control/">Refresh</a> · <a href="/">Latest jobs</a></p>'
        f"</header><main>{_notice(said, bad)}"
        f'<section aria-labelledby="providers"><h2 id="providers">Providers</h2><div class="cards">'
        + "".join(_card(name, counts, control.profile) for name, counts in control.counts().items())
        + "</div></section>"
        + _fault_form(list(control.desks), told.get("fault", {}), bad if form == "fault" else None)
        + _profile_form(control, told.get("profile", {}), bad if form == "profile" else None)
        + '<form method="post" action="/control/do/reset"><h2>Start afresh</h2><p>Forgets every job, picture, count '
        "and fault, and goes back to how it was started.</p>"
        '<button class="quiet">Reset everything</button></form></main>'
    )


def _notice(said: str, bad: BadOrder | None) -> str:
    if bad:
        return f'<p class="bad" role="alert"><strong>Nothing was changed.</strong> {escape(str(bad))}.</p>'
    return f'<p class="good" role="status">{escape(said)}</p>' if said else ""


def _card(name: str, counts: Mapping[str, object], profile: Profile) -> str:
    figures = "".join(f"<div><dt>{word}</dt><dd>{counts[key]}</dd></div>" for key, word in FIGURES)
    waiting = counts["faults_waiting"]
    faults = "".join(map(_waiting, waiting)) if isinstance(waiting, list) else ""
    faults = f"<ul>{faults}</ul>" if faults else "<p>No faults waiting.</p>"
    return (
        f'<article aria-labelledby="of-{name}"><h3 id="of-{name}">{name}</h3>'
        f'<p class="bill"><strong>${counts["billed_usd"]}</strong> would have been billed</p>'
        f"<dl>{figures}</dl><p>{_pace(profile.latency_of(name))}</p>{faults}</article>"
    )


def _waiting(fault: Mapping[str, object]) -> str:
    options = fault["options"]
    said = ", ".join(f"{key}={value}" for key, value in options.items()) if isinstance(options, dict) else ""
    times = "until reset" if fault["times"] is None else f"× {fault['times']}"
    return f"<li><code>{escape(str(fault['fault']))}</code> {times} {escape(said)}</li>"


def _pace(latency: Latency) -> str:
    seed = "" if latency.seed is None else f", seed {latency.seed}"
    return f"{latency.mean:g} s, {latency.profile.replace('_', ' ')}{seed}"


def _fault_form(providers: list[str], entered: Entered, bad: BadOrder | None) -> str:
    faults = "".join(
        f'<optgroup label="{word}">'
        + "".join(
            _option(name, f"{name}: {row.says}", entered.get("fault"))
            for name, row in FAULTS.items()
            if row.stage == at
        )
        + "</optgroup>"
        for at, word in STAGES.items()
    )
    options = "".join(
        _text(f"options.{name}", label, entered, bad, hint=hint) for name, (label, hint) in OPTIONS.items()
    )
    return (
        '<form method="post" action="/control/do/fault"><h2>Order a fault</h2><div class="fields">'
        + _select("provider", "Provider", (_option(name, name, entered.get("provider")) for name in providers), bad)
        + _select("fault", "Fault", faults, bad, wide=True)
        + _text("times", "Times", entered, bad, default="1", hint="empty: until reset", mode="numeric")
        + f"</div><fieldset><legend>Options</legend><div class='fields'>{options}</div></fieldset>"
        + "<button>Order the fault</button></form>"
    )


def _profile_form(control: Control, entered: Entered, bad: BadOrder | None) -> str:
    now = control.profile
    profiles = [_option(name, name.replace("_", " "), entered.get("profile", now.latency.profile)) for name in Spread]
    whose = [_option("", "all of them", ""), *(_option(name, name, entered.get("provider")) for name in control.desks)]
    renders = [("edit", "edit the pictures"), ("flat", "plain pictures, unfetched")]
    render, limits = (
        entered.get("render", "flat" if now.flat else "edit"),
        entered.get("limits", str(now.limits).lower()),
    )
    seed = "" if now.latency.seed is None else str(now.latency.seed)
    return (
        '<form method="post" action="/control/do/profile"><h2>How it works</h2><div class="fields">'
        + _select("provider", "Whose latency", whose, bad)
        + _text("latency", "Latency", entered, bad, default=f"{now.latency.mean:g}", hint="seconds, on average")
        + _select("profile", "Profile", profiles, bad)
        + _text("seed", "Seed", entered, bad, default=seed, hint="the same times again; empty: by chance")
        + _select("render", "Results", [_option(value, word, render) for value, word in renders], bad)
        + _select(
            "limits", "Providers' limits", [_option("true", "kept", limits), _option("false", "off", limits)], bad
        )
        + "</div><button>Change</button></form>"
    )


def _option(value: str, label: str, chosen: str | None) -> str:
    selected = " selected" if value == chosen else ""
    return f'<option value="{escape(value)}"{selected}>{escape(label)}</option>'


def _select(name: str, label: str, options: Iterable[str], bad: BadOrder | None, *, wide: bool = False) -> str:
    return (
        f"<label{' class=wide' if wide else ''}>{label}"
        f'<select name="{name}"{_wrong(name, bad)}>{"".join(options)}</select></label>'
    )


def _text(
    name: str,
    label: str,
    entered: Entered,
    bad: BadOrder | None,
    *,
    default: str = "",
    hint: str = "",
    mode: str = "text",
) -> str:
    value = escape(entered.get(name, default))
    return (
        f'<label>{label}<input name="{name}" value="{value}" inputmode="{mode}" autocomplete="off" spellcheck="false"'
        f"{_wrong(name, bad)}><small>{hint}</small></label>"
    )


def _wrong(name: str, bad: BadOrder | None) -> str:
    return ' aria-invalid="true" autofocus' if bad and bad.field == name else ""
