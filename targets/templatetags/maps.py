"""The shapes of a map. About 500 links, written in Python because a template would double the time of the page."""

from __future__ import annotations

from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from targets.progress.links import around_code
from targets.progress.maps import Map

register = template.Library()


@register.simple_tag
def map_shapes(drawn: Map, shapes: str, carried: str = "") -> SafeString:
    """A link per area; `shapes` is the address of the shapes file, `carried` the query string added to every link."""
    file, carried = escape(shapes), escape(carried)
    before, after = around_code()
    found = []
    for shape in drawn.shapes:
        dot = ""
        if shape.dot:
            x, y, radius = shape.dot
            dot = f'<circle class="{shape.css}" cx="{x}" cy="{y}" r="{radius}"/>'
        found.append(
            f'<a href="{before}{shape.code}{after}{carried}" tabindex="-1"><title>{escape(shape.label)}</title>'
            f'<use class="{shape.css}" href="{file}#a{shape.code}"/>{dot}</a>'
        )
    return mark_safe("".join(found))  # noqa: S308 - addresses and classes are ours, all else is escaped
