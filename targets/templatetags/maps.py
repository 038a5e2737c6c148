"""The shapes of a map: five hundred links, written in Python because a template would take as long as all the rest."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ..maps import Map

register = template.Library()

_CODE = "0000"


@register.simple_tag
def map_shapes(drawn: Map, shapes: str, carried: str = "") -> SafeString:
    """A link per area; `shapes` is the address of the file of shapes, `carried` what every link takes along."""
    before, after = (escape(part) for part in f"{reverse('area', args=[_CODE])}{carried}".split(_CODE, 1))
    file = escape(shapes)
    found = []
    for shape in drawn.shapes:
        dot = ""
        if shape.dot:
            x, y, radius = shape.dot
            dot = f'<circle class="{shape.css}" cx="{x}" cy="{y}" r="{radius}"/>'
        found.append(
            f'<a href="{before}{shape.code}{after}" tabindex="-1"><title>{escape(shape.label)}</title>'
            f'<use class="{shape.css}" href="{file}#a{shape.code}"/>{dot}</a>'
        )
    return mark_safe("".join(found))  # noqa: S308 - codes and classes are ours, all else is escaped
