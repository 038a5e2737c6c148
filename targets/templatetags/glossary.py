"""`{% arti "coverage_rate" %}`: the "?" beside a figure that stands outside a declared table."""

from __future__ import annotations

from typing import Any

from django import template

from ..glossary import TERMS

register = template.Library()


@register.inclusion_tag("partials/term_both.html")
def arti(key: str) -> dict[str, Any]:
    """Raises KeyError for a term that does not exist: a page never asks for one in vain."""
    return {"term": TERMS[key], "place": "arti"}
