"""Strings that names should not be made of: markup, templates, formulas, paths, odd letters, odd lengths."""

MARKUP = [
    "<script>alert(1)</script>", "<ScRiPt>alert`1`</sCrIpT>", "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", '"><script>alert(1)</script>',
    "'><script>alert(1)</script>", '" onmouseover="alert(1)', "' onfocus='alert(1)' autofocus='",
    "`onclick=alert(1)", "</textarea><script>alert(1)</script>", "</option></select><b>x",
    "<a href=javascript:alert(1)>x</a>", "javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "<iframe src=//evil.example>", "<!-- ", "-->", "<![CDATA[x]]>", "<?php system('id') ?>",
    "<style>*{display:none}</style>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>",
    "&lt;script&gt;", "&#60;script&#62;", "\\u003cscript\\u003e", "</script><script>alert(1)//",
    "<form action=//evil.example><input name=x>", "<details open ontoggle=alert(1)>",
    "<x hx-get=/ hx-trigger=load>",
]  # fmt: skip
CODE = [
    "{{ 7*7 }}", "{% debug %}", "${7*7}", "#{7*7}", "%(name)s", "%s%n%x", "{0.__class__}", "__proto__",
    "constructor", "undefined", "null", "None", "NaN", "'; DROP TABLE users;--", "' OR '1'='1",
    "\\'; SELECT pg_sleep(9)--", "$$", "%00", "%0d%0aSet-Cookie:x=1", "../../etc/passwd", "..\\..\\boot.ini",
    '=HYPERLINK("//evil.example")', "@SUM(1)", "+1+cmd|' /C calc'!A0", "$(id)", "`id`",
]  # fmt: skip
LETTERS = [
    "\u202etxt.exe", "a\u200bb", "\ufeff", "\u2066x\u2069", "Ź̵á̵lgo", "ﷺ" * 20, "𝒜𝓁𝒾𝒸ℯ",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "ı İ ß ŉ", "田中さん", "a\tb", "a\r\nb",
    "\x1b[31mred", "\x7f", "\uffff", "\U0010ffff", "ａｌｉｃｅ", "x" * 80, "\xa0", ".",
]  # fmt: skip
STRINGS = [*MARKUP, *CODE, *LETTERS]
NUL = "a\0b"  # which PostgreSQL does not take
