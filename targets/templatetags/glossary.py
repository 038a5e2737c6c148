"""`{% arti "coverage_rate" %}`: the "?" beside a figure outside a declared table."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from reporting.templatetags.terms import term_sign, term_text
from targets.progress.glossary import TERMS

register = template.Library()


@register.simple_tag
def arti(key: str, place: str = "arti") -> SafeString:
    """The "?" of a term; `place` makes its id unique on the page. Raises KeyError for an unknown term."""
    term = TERMS[key]
    return term_sign(term, place) + term_text(term, place)
