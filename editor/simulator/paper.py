"""The sheet every page of the simulator is drawn on: one style sheet, no script, nothing from elsewhere."""

from html import escape

from aiohttp import web

SHEET = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,"></head>
<body>{content}</body></html>"""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # without any, a browser would post our own forms with no Origin
    "X-Content-Type-Options": "nosniff",
}


def page(title: str, content: str, *, status: int = 200) -> web.Response:
    """Give a page; `content` is HTML."""
    text = SHEET.format(title=escape(title), content=content)
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)
