"""The choropleth: the class of each area, and its shape in the shared map file.

Shapes are in `static/maps/regencies.svg`, sent once and cached; a page only refers to them. `map_frames.json` holds the
view box of every province and the label points of areas too small to see. Both were derived from the boundaries named
in `fixtures/README.md`; the view box of the country is 0 0 1000 373, plate carrée.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

from reporting.numbers import format_rate

COUNTRY = (0, 0, 1000, 373)
#: Lower bounds of the classes in percent. Fixed, so that maps of different months can be compared.
CLASSES = (0, 15, 25, 35, 50, 70)
CREDIT = "Batas wilayah: Badan Informasi Geospasial (BIG) via cahyadsn/wilayah_boundaries (MIT, 2024), disederhanakan"


@dataclass(frozen=True, slots=True)
class Shape:
    """One area on the map."""

    code: str
    label: str
    css: str
    #: Centre and radius of a dot where the shape is too small to see; strings, so that they are not localized.
    dot: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class Legend:
    css: str
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    view_box: str
    shapes: list[Shape]
    legend: list[Legend]
    #: Whether the map is zoomed in and needs thinner lines.
    is_near: bool
    credit: str = CREDIT


@cache
def _frames() -> dict:
    return json.loads((Path(__file__).parent / "map_frames.json").read_text())


def class_of(rate: Fraction | None) -> str:
    """`c0` to `c5` by the lower bounds, `none` without a rate."""
    if rate is None:
        return "none"
    # integer arithmetic, because a map has 500 rates
    return f"c{bisect_right(CLASSES, rate.numerator * 100 // rate.denominator) - 1}"


def legend() -> list[Legend]:
    """The legend: `<15`, `15–25`, ..., `≥70%`, and a class for no data."""
    named = [Legend("c0", f"<{CLASSES[1]}")]
    named += [Legend(f"c{place}", f"{low}–{high}") for place, (low, high) in enumerate(pairwise(CLASSES[1:]), start=1)]
    return [*named, Legend(f"c{len(CLASSES) - 1}", f"≥{CLASSES[-1]}%"), Legend("none", "belum ada data")]


def frame_of(codes: Iterable[str]) -> tuple[int, int, int, int]:
    """The view box around the provinces of these regencies; the whole country when they cover most of it."""
    boxes = [
        _frames()["frames"][code] for code in sorted({code[:2] for code in codes}) if code[:2] in _frames()["frames"]
    ]
    if not boxes:
        return COUNTRY
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    width = max(box[0] + box[2] for box in boxes) - left
    height = max(box[1] + box[3] for box in boxes) - top
    return COUNTRY if width > COUNTRY[2] * 0.8 else (left, top, width, height)


def choropleth(rates: Mapping[str, tuple[str, Fraction | None]]) -> Map:
    """A map of the regencies in `rates` (code: name, coverage), framed by their provinces."""
    frame = frame_of(rates)
    width, height = frame[2:]
    # The smallest dot that can be seen and clicked: a hundredth of the longer side at the country's aspect ratio.
    size = max(width, height * 2.5) / 400
    shapes = []
    for code, (name, rate) in rates.items():
        small = _frames()["small"].get(code)
        dot = (small[0], small[1], f"{size:.2f}") if small and small[2] < size * 1.6 else None
        text = format_rate(rate) if rate is not None else "belum ada data"
        shapes.append(Shape(code, f"{name}: {text}", class_of(rate), dot))
    return Map(" ".join(str(number) for number in frame), shapes, legend(), is_near=width < COUNTRY[2] / 2)
