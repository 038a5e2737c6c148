"""The "?" beside a figure and its explanation. Terms do not change while a process runs, so the markup is cached."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from reporting.terms import Term

register = template.Library()


@register.simple_tag
def term_sign(term: Term, place: str) -> SafeString:
    """The "?" of a term; `place` makes its id unique on the page."""
    return _written("reporting/_term.html", term, place, get_script_prefix())


@register.simple_tag
def term_text(term: Term, place: str) -> SafeString:
    """The explanation that the "?" opens."""
    return _written("reporting/_term_text.html", term, place, get_script_prefix())


@lru_cache(maxsize=1024)
def _written(name: str, term: Term, place: str, _prefix: str) -> SafeString:
    return render_to_string(name, {"term": term, "place": place})
