"""The sheet every page of the fake Stripe is drawn on: says that it is simulated; one style sheet, no script."""

from html import escape
from urllib.parse import urlsplit

from aiohttp import web

SHEET = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · simulated</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,"></head>
<body><aside class="simulated" aria-label="About this page"><strong>Simulated.</strong> This is not Stripe: no bank is
asked and no money moves.</aside>{content}</body></html>"""
NO_DECIMALS = {"jpy", "krw", "vnd"}


def page(title: str, content: str, *, status: int = 200, leads_to: str | None = None) -> web.Response:
    """Give a page; `content` is HTML, `leads_to` a URL that its forms may redirect to."""
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        f"form-action 'self'{_origin(leads_to)}; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",  # without any, a browser would post our own forms with no Origin
        "X-Content-Type-Options": "nosniff",
    }
    text = SHEET.format(title=escape(title), content=content)
    return web.Response(text=text, content_type="text/html", status=status, headers=headers)


def money(cents: int, currency: str) -> str:
    """Give an amount as people read it."""
    if currency in NO_DECIMALS:
        return f"{cents:,} {currency.upper()}"
    sign = "-" if cents < 0 else ""
    amount = f"{abs(cents) // 100:,}.{abs(cents) % 100:02}"
    return f"{sign}${amount}" if currency == "usd" else f"{sign}{amount} {currency.upper()}"


def notice(said: str) -> str:
    """Draw what went wrong, nothing when nothing did."""
    return f'<p class="bad" role="alert">{escape(said)}</p>' if said else ""


def link(url: str | None, words: str) -> str:
    """Draw a link to where the customer came from; nothing that is no web address becomes one."""
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return ""
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def _origin(url: str | None) -> str:
    parts = urlsplit(url or "")
    is_plain = parts.scheme in ("http", "https") and not set(parts.netloc) & set(" ;,'\"")
    return f" {parts.scheme}://{parts.netloc}" if is_plain and parts.netloc else ""
