"""Ranks of an area among its siblings: regencies of a province, provinces of the country or of a Kanwil."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from accounts.models import User
from coverage.figures.position import Cell, RateParts
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import Province, Regency
from targets.progress.data import Question
from targets.progress.definitions import ranks


@dataclass(frozen=True, slots=True)
class Sibling:
    """The next area above or below; `difference` is its coverage less that of the area, in percentage points."""

    code: str
    name: str
    coverage_rate: Fraction
    difference: Fraction


@dataclass(frozen=True, slots=True)
class Ranking:
    """`rank` of `ranked` siblings that have a coverage, out of `siblings`. None where the area itself has none.

    `among` names the siblings for programs (`province`, `country`, `regional_office`), `scope` for readers.
    """

    among: str
    scope: str
    rank: int | None
    ranked: int
    siblings: int
    above: Sibling | None
    below: Sibling | None
    tied: list[Sibling]


def rankings(user: User, area: Province | Regency, question: Question) -> list[Ranking]:
    """The ranks among siblings the user may see; none without siblings. Four queries."""
    reader = FigureReader.visible_to(user, question.known_on)
    if isinstance(area, Regency):
        reader = reader.in_provinces([area.province_id])
        names = reader.names
        if len(names) < 2:
            return []
        return [among_regencies(area, regency_rates(reader, names, question), names)]
    provinces = {
        province.code: province
        for province in Province.objects.visible_to(user).filter(is_active=True).select_related("regional_office")
    }
    if len(provinces) < 2:
        return []
    names = {code: province.name for code, province in provinces.items()}
    rates = _rates(reader, question, names, lambda cell: cell[0])
    same = {code for code, one in provinces.items() if one.regional_office_id == area.regional_office_id}
    found = [
        ranking(area.code, rates, names, "country", "provinsi"),
        ranking(
            area.code,
            {code: rates[code] for code in same},
            names,
            "regional_office",
            f"provinsi di {provinces[area.code].regional_office}",
        ),
    ]
    return [one for one in found if one.siblings > 1]


def regency_rates(reader: FigureReader, names: Mapping[str, str], question: Question) -> dict[str, Fraction | None]:
    """Coverage by regency code. Three queries."""
    return _rates(reader, question, names, lambda cell: cell[1] or "")


def among_regencies(area: Regency, rates: Mapping[str, Fraction | None], names: Mapping[str, str]) -> Ranking:
    return ranking(area.code, rates, names, "province", f"kab/kota di {area.province.name}")


def _rates(
    reader: FigureReader, question: Question, codes: Iterable[str], area_of: Callable[[Cell], str]
) -> dict[str, Fraction | None]:
    found = reader.rate_parts(SegmentGroup.of(question.segment), question.month, question.basis, area_of)
    return {code: found.get(code, RateParts()).rate for code in codes}


def ranking(
    code: str, rates: Mapping[str, Fraction | None], names: Mapping[str, str], among: str, scope: str
) -> Ranking:
    """The rank of the area among these rates, with the next areas above and below; equal rates share a rank."""
    places = ranks(rates)
    own = rates.get(code)
    known = sorted((rate, other) for other, rate in rates.items() if rate is not None and other != code)
    if own is None:
        return Ranking(among, scope, None, len(places), len(rates), None, None, [])

    def sibling(pair: tuple[Fraction, str]) -> Sibling:
        rate, other = pair
        return Sibling(other, names[other], rate, (rate - own) * 100)

    higher = [pair for pair in known if pair[0] > own]
    lower = [pair for pair in known if pair[0] < own]
    return Ranking(
        among,
        scope,
        places[code],
        len(places),
        len(rates),
        sibling(higher[0]) if higher else None,
        sibling(lower[-1]) if lower else None,
        [sibling(pair) for pair in known if pair[0] == own],
    )
