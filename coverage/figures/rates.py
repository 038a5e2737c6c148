"""Coverage of all areas together, month by month: summed in the database, cell by cell only where that could differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import BigIntegerField, Count, Q, Sum
from django.db.models.functions import Cast

from coverage.models.querysets import CellQuerySet

from .position import Basis, Cell, Rated, add

#: Workers in force, by cell and segment.
InForce = Mapping[tuple[Cell, str], int]


def field_of(basis: Basis) -> str:
    """The field of a record that counts."""
    return "verified_participants" if basis == Basis.VERIFIED else "participants"


def heads_of(field: str) -> Cast:
    """The sum of a field of heads, as the whole number it is: PostgreSQL would answer with a decimal."""
    return Cast(Sum(field), BigIntegerField())


def rated_months(
    records: CellQuerySet,
    basis: Basis,
    with_potential: Iterable[str],
    in_force: Mapping[date, InForce],
    span: Sequence[date],
    totals: Mapping[date, tuple[int, int]],
    known_in: Callable[[date], Iterable[tuple[Cell, str]]],
    in_doubt: Sequence[str] | None = None,
) -> dict[date, Rated]:
    """By the rule of `Position.coverage_rate`: an area counts with its whole potential once it has a figure.

    `records` are those of the months and segments asked for, `totals` their sums and numbers of figures by month, and
    `known_in` tells the cells and segments that have a figure in a month. `in_doubt` are the provinces in which an area
    may lack a figure in one of these months, where the others are known. At most two queries beside `known_in`.

    An area with a figure in every month adds the same as its potential throughout. Only the others are looked at one
    by one, and those whose participants do not count because their potential is not known.
    """
    records, codes = records.order_by(), frozenset(with_potential)
    field = field_of(basis)
    # before the first figure of all there is nothing to add up, and no area lacks anything
    told = [month for month in span if totals.get(month, (0, 0))[1]]
    vintages = list({id(in_force[month]): in_force[month] for month in told}.values())
    steady, odd = set[Cell](), set[Cell]()
    if told:
        doubted = records if in_doubt is None else records.filter(province__in=in_doubt)
        steady, odd = _apart(doubted, field, codes, vintages, len(told), set(known_in(told[-1])))
    whole = {id(one): _sum(workers for (cell, _), workers in one.items() if cell in steady) for one in vintages}
    uncounted, beside = _odd_months(records, field, codes, in_force, odd)
    found = dict.fromkeys(span, Rated())
    for month in told:
        heads, known = totals[month]
        without, figures = uncounted.get(month, (0, 0))
        found[month] = Rated(
            heads - without if known > figures else None,
            add(whole[id(in_force[month])], beside.get(month)),
        )
    return found


def _apart(
    records: CellQuerySet,
    field: str,
    with_potential: frozenset[str],
    vintages: Sequence[InForce],
    length: int,
    last: set[tuple[Cell, str]],
) -> tuple[set[Cell], set[Cell]]:
    """Cells with a figure in each of `length` months, whose figures all count, and the other cells with figures.

    Who has no figure in the last month has not had one in every month; of the others the database names the exceptions.
    """
    in_between = (
        records.values_list("province", "regency", "segment")
        .annotate(known=Count(field))
        .filter(known__gt=0, known__lt=length)
    )
    broken = {((province, regency), segment) for province, regency, segment, _known in in_between}
    always = set(vintages[0]).intersection(*vintages[1:])
    known = last | broken
    steady = {cell for cell, _segment in last - broken}
    odd = {cell for cell, segment in known if segment in with_potential and (cell, segment) not in always}
    odd |= {cell for cell, _segment in known} - steady
    return steady - odd, odd


def _odd_months(
    records: CellQuerySet, field: str, with_potential: frozenset[str], in_force: Mapping[date, InForce], odd: set[Cell]
) -> tuple[dict[date, tuple[int, int]], dict[date, int | None]]:
    """Of these cells, by month: participants (and figures) that do not count, and the potential that does."""
    uncounted: dict[date, tuple[int, int]] = {}
    beside: dict[date, int | None] = {}
    if not odd:
        return uncounted, beside
    of_each: dict[Cell, list[tuple[Cell, str]]] = {}
    for key in {key for one in in_force.values() for key in one if key[0] in odd}:
        of_each.setdefault(key[0], []).append(key)
    wide = [province for province, regency in odd if regency is None]
    here = Q(regency__in=[regency for _, regency in odd if regency]) | Q(regency__isnull=True, province__in=wide)
    seen: set[tuple[date, Cell]] = set()
    for month, province, regency, segment, heads in records.filter(here, **{f"{field}__isnull": False}).values_list(
        "period", "province", "regency", "segment", field
    ):
        cell = (province, regency)
        if segment in with_potential and (cell, segment) not in in_force[month]:
            without, figures = uncounted.get(month, (0, 0))
            uncounted[month] = (without + heads, figures + 1)
        if (month, cell) not in seen:
            seen.add((month, cell))
            for key in of_each.get(cell, ()):
                beside[month] = add(beside.get(month), in_force[month].get(key))
    return uncounted, beside


def _sum(values: Iterable[int]) -> int | None:
    """None for nothing at all."""
    known = list(values)
    return sum(known) if known else None
