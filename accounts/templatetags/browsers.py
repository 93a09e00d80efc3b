"""How a browser is named for people."""

from django import template

register = template.Library()

# In this order, for most say that they are several.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "FxiOS/": "Firefox", "Firefox/": "Firefox", "CriOS/": "Chrome",
            "Chrome/": "Chrome", "Safari/": "Safari"}  # fmt: skip
SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS", "Windows": "Windows",
           "Macintosh": "a Mac", "Linux": "Linux"}  # fmt: skip
LONGEST = 90


@register.filter
def browser_words(user_agent: str) -> str:
    """Say what a User-Agent means, such as `Safari on iPhone`; one that is not known is given as it is, cut."""
    browser, system = (
        next((name for sign, name in known.items() if sign in user_agent), "") for known in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return f"{browser} on {system}"
    return user_agent[:LONGEST] or "Unknown browser"
