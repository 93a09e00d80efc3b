"""The page at `/`: what this is, and its latest jobs."""

from html import escape
from urllib.parse import urlsplit

from aiohttp import web

from editor.simulator.desk import Desk
from editor.simulator.orders import Job
from editor.simulator.paper import page as on_paper

JOBS_SHOWN = 50
CONTENT = """<header><h1>Simulated providers</h1>
<p>This server stands in for the upstream providers of Pentimento. It speaks their dialects, edits the pictures it is
given by plain image processing and signs them <em>simulated</em>. No model runs here, nothing leaves this machine,
nobody is billed. <a href="/control/">Counts, faults and latency</a> · <a href="/">Refresh</a></p>
<p>{summary}</p></header>
<main class="sheet"><table><thead><tr><th>Picture</th><th>Prompt</th><th>Ratio</th><th>State</th><th>Amount</th></tr>
</thead><tbody>{rows}</tbody></table></main>"""


def page(desks: dict[str, Desk]) -> web.Response:
    """Draw the page."""
    jobs = [job for desk in desks.values() for job in desk.jobs.values()]
    latest = sorted(jobs, key=lambda job: job.made_at, reverse=True)[:JOBS_SHOWN]
    rows = "".join(_row(job) for job in latest) or '<tr><td colspan="5">No jobs yet.</td></tr>'
    summary = " · ".join(f"{name}: {len(desk.jobs)} jobs" for name, desk in desks.items())
    return on_paper("Simulated providers", CONTENT.format(summary=summary, rows=rows))


def _row(job: Job) -> str:
    folder = urlsplit(job.origin).path  # its own address may be another name of this machine
    pictures = "".join(f'<img src="{escape(folder + name)}" alt="result" loading="lazy"> ' for name in job.results)
    state = f"{job.state}: {job.error}" if job.error else str(job.state)
    cells = (escape(job.order.prompt), escape(job.order.ratio), escape(state), f"${job.amount}")
    return f"<tr><td>{pictures}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
