"""`{% arti "coverage_rate" %}`: the "?" beside a figure that stands outside a declared table."""

from __future__ import annotations

from typing import Any

from django import template

from ..glossary import TERMS

register = template.Library()


@register.inclusion_tag("partials/term_both.html")
def arti(key: str, place: str = "arti") -> dict[str, Any]:
    """`place` where a page shows the same figure twice. Raises KeyError for a term that does not exist."""
    return {"term": TERMS[key], "place": place}
