"""Template tags for addresses of links."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def kept(context: template.Context, sign: str = "?") -> str:
    """The parameters kept in every link of a report, with the separator before them; empty without any."""
    form = context.get("filter") or context.get("form")
    carried = getattr(form, "kept", {})
    return f"{sign}{urlencode(carried)}" if carried else ""
