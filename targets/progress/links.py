"""Addresses of area pages. A table of all regencies has five hundred of them, and Django's `reverse` takes its time."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from django.urls import get_script_prefix, reverse

_SAMPLE = "0000"


class Area(Protocol):
    """What has the code of an area; an empty one is the country's, which has no page of its own."""

    @property
    def area_code(self) -> str: ...


def area_address(code: str) -> str:
    """`/wilayah/1801/`."""
    before, after = around_code()
    return f"{before}{code}{after}"


def around_code() -> tuple[str, str]:
    """What stands before and after the code in such an address."""
    return _around(get_script_prefix())


def area_link(row: Area) -> str | None:
    """The page of the area a row is about."""
    return area_address(row.area_code) if row.area_code else None


@lru_cache(maxsize=8)
def _around(_prefix: str) -> tuple[str, str]:
    """What stands before and after the code, by where the product is mounted."""
    before, _sample, after = reverse("area", args=[_SAMPLE]).partition(_SAMPLE)
    return before, after
