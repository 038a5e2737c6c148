"""Small SVG drawings for table rows. They contain only integers and class names, no user input."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString, mark_safe


def draw_bullet(value: Any) -> SafeString:
    """Coverage, path and target on one scale, in the colour of the status; empty without a rate.

    The value is a bar (`charts.Bullet` or None) and the class of its colour.
    """
    bar, css = value
    if bar is None:
        return SafeString("")
    path = f'<rect class="pf" y="4" width="{bar.path}" height="8"/>' if bar.path else ""
    top, height = (5, 6) if bar.path else (4, 8)
    target = "" if bar.target is None else f'<rect class="bm" x="{bar.marker}" y="1" width="2" height="14"/>'
    beyond = '<path class="bm" d="M154 3l5 5-5 5z"/>' if bar.is_beyond else ""
    return mark_safe(  # noqa: S308 - see above
        '<svg viewBox="0 0 160 16" width="160" height="16" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bt" y="4" width="160" height="8"/>{path}'
        f'<rect class="bf {css}" y="{top}" width="{bar.value}" height="{height}"/>{target}{beyond}</svg>'
    )


def draw_spark(line: Any) -> SafeString:
    """A line of twelve months (`charts.Spark` or None); empty for None."""
    if line is None or line.last is None:
        return SafeString("")
    x, y = line.last
    return mark_safe(  # noqa: S308 - see above
        f'<svg viewBox="0 0 {line.width} {line.height}" width="{line.width}" height="{line.height}" '
        f'aria-hidden="true"><path d="{line.path}"/><circle class="dot" cx="{x}" cy="{y}" r="2"/></svg>'
    )
