"""The page at `/`: what this is, and its latest jobs."""

from html import escape

from aiohttp import web

from editor.simulator.desk import Desk
from editor.simulator.orders import Job

JOBS_SHOWN = 50
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>Simulated providers</title><style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 64rem; margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-family: ui-serif, Georgia, serif; font-weight: 500 }}
table {{ border-collapse: collapse; width: 100% }} td, th {{ text-align: left; padding: .4rem .8rem .4rem 0;
border-bottom: 1px solid #8884; vertical-align: top }} img {{ height: 4rem; border-radius: 6px }}
</style></head><body><h1>Simulated providers</h1>
<p>This server stands in for the upstream providers of Pentimento. It speaks their dialects, edits the pictures it is
given by plain image processing and signs them <em>simulated</em>. No model runs here, nothing leaves this machine,
nobody is billed.</p><p>{summary}</p>
<table><thead><tr><th>Picture</th><th>Prompt</th><th>Ratio</th><th>State</th><th>Amount</th></tr></thead>
<tbody>{rows}</tbody></table></body></html>"""


def page(desks: dict[str, Desk]) -> web.Response:
    """Draw the page."""
    jobs = [job for desk in desks.values() for job in desk.jobs.values()]
    latest = sorted(jobs, key=lambda job: job.made_at, reverse=True)[:JOBS_SHOWN]
    rows = "".join(_row(job) for job in latest) or '<tr><td colspan="5">No jobs yet.</td></tr>'
    summary = " · ".join(f"{name}: {len(desk.jobs)} jobs" for name, desk in desks.items())
    return web.Response(text=PAGE.format(summary=summary, rows=rows), content_type="text/html")


def _row(job: Job) -> str:
    pictures = "".join(f'<img src="{escape(url)}" alt="result" loading="lazy"> ' for url in job.urls)
    state = f"{job.state}: {job.error}" if job.error else str(job.state)
    cells = (escape(job.order.prompt), escape(job.order.ratio), escape(state), f"${job.amount}")
    return f"<tr><td>{pictures}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
