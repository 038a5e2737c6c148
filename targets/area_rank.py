"""Where an area stands among its siblings: regencies of a province, provinces of the country and of a Kanwil."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from accounts.models import User
from coverage.models import Province, Regency
from coverage.positions import Facts, SegmentSum
from coverage.stocks import Position

from .progress import ranks
from .standings import Question


@dataclass(frozen=True, slots=True)
class Sibling:
    """A neighbour in the ranking; `difference` is its coverage less that of the area, in percentage points."""

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
    """Among the siblings the reader may see; nothing where the area would stand alone. Four or five queries."""
    segments = SegmentSum.of(question.segment)
    facts = Facts.visible_to(user, question.known_on)
    if isinstance(area, Regency):
        facts = facts.in_provinces([area.province_id])
        names = dict(facts.regencies.values_list("code", "name"))
        now = facts.positions(segments, [question.month], question.basis)[question.month][0]
        rates = {code: now[code[:2], code].coverage_rate for code in names}
        found = [ranking(area.code, rates, names, "province", f"kab/kota di {area.province.name}")]
        return [one for one in found if one.siblings > 1]
    provinces = {
        province.code: province
        for province in Province.objects.visible_to(user).filter(is_active=True).select_related("regional_office")
    }
    if len(provinces) < 2:
        return []
    names = {code: province.name for code, province in provinces.items()}
    now = facts.positions(segments, [question.month], question.basis)[question.month][0]
    sums: dict[str, Position] = {}
    for (code, _regency), position in now.items():
        sums[code] = sums.get(code, Position()) + position
    rates = {code: sums.get(code, Position()).coverage_rate for code in names}
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


def ranking(code: str, rates: dict[str, Fraction | None], names: dict[str, str], among: str, scope: str) -> Ranking:
    """The area among these rates, with the nearest above and below; who has the same rate shares the rank."""
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
