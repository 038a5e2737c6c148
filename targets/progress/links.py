"""Addresses of area pages, built from a cached pattern: calling `reverse` 500 times per page is slow."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from django.urls import get_script_prefix, reverse

_SAMPLE = "0000"


class Area(Protocol):
    """Anything with an area code; the code of the country is empty, and it has no page."""

    @property
    def area_code(self) -> str: ...


def area_address(code: str) -> str:
    """`/wilayah/1801/`."""
    before, after = around_code()
    return f"{before}{code}{after}"


def around_code() -> tuple[str, str]:
    """The parts of the address before and after the code."""
    return _around(get_script_prefix())


def area_link(row: Area) -> str | None:
    """The address of the page of a row's area."""
    return area_address(row.area_code) if row.area_code else None


@lru_cache(maxsize=8)
def _around(_prefix: str) -> tuple[str, str]:
    """The parts of the address before and after the code, cached by script prefix."""
    before, _sample, after = reverse("area", args=[_SAMPLE]).partition(_SAMPLE)
    return before, after
