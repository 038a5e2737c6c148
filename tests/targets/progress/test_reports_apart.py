"""With several segments, sources, years, months, areas and users, a report includes only what was asked for.

All figures and targets of this data set are distinct numbers, so that none can be mistaken for another.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from types import SimpleNamespace

import pytest

from coverage.figures.position import Basis, Participants
from coverage.figures.reader import FigureReader
from coverage.figures.segments import SegmentGroup
from coverage.models import CoverageRecord, Province, WorkerSegment
from reporting import months
from targets.breakdown.proposal import load_proposal
from targets.models import Target, TargetSource
from targets.progress.data import Level, Question
from targets.progress.forecast import movement, potential_growth
from targets.progress.report import figures, progress_report
from tests.conftest import cell_fields, estimate, put

AREAS = ["18", "1801", "1802", "1804", "36", "3671"]
REGENCIES = [area for area in AREAS if len(area) == 4]
SEGMENTS = ["UCJ", "UCJ-JAKON", "RENTAN"]
SOURCES = ["KANWIL", "KEMENDAGRI", "RPJMN"]
YEARS = [2025, 2026, 2027]
MONTHS = ["2025-12", "2026-01", "2026-02", "2026-03"]
FEBRUARY = date(2026, 2, 1)
#: Segments figures are entered for.
STORED = ["PU", "BPU", "JAKON", "RENTAN", "RT-RW"]


def workers_of(area: str, segment: str, year: int, source: str) -> int:
    place = SOURCES.index(source) * 10 + (["", *AREAS].index(area) + 1)
    return (YEARS.index(year) + 1) * 10_000 + (SEGMENTS.index(segment) + 1) * 1_000 + place


def reference_of(area: str, segment: str, year: int) -> str:
    """The reference source, which differs by area, segment and year."""
    return SOURCES[(["", *AREAS].index(area) + SEGMENTS.index(segment) + year) % 3]


def heads_of(area: str, segment: str, month: str) -> int:
    return (AREAS.index(area) + 1) * 10_000 + (STORED.index(segment) + 1) * 1_000 + (MONTHS.index(month) + 1) * 10


def potential_of(area: str, segment: str, since: str) -> int:
    return 1_000_000 + (AREAS.index(area) + 1) * 10_000 + STORED.index(segment) * 1_000 + int(since[:4]) - 2_000


@pytest.fixture
def world(world) -> SimpleNamespace:
    rows = []
    for area, segment, year, source in product(["", *AREAS], SEGMENTS, YEARS, SOURCES):
        fields = cell_fields(area) if area else {"province_id": None, "regency_id": None}
        rows.append(
            Target(
                **fields,
                segment_id=segment,
                year=year,
                source_id=source,
                workers=workers_of(area, segment, year, source),
                is_reference=source == reference_of(area, segment, year),
            )
        )
    Target.objects.bulk_create(rows)
    for area, segment in product(REGENCIES, STORED):
        for month in MONTHS:
            heads = heads_of(area, segment, month)
            put(area, segment, month, heads + 5, verified=heads)
        if segment not in ("JAKON", "RT-RW"):
            for since in ("2024-01", "2026-02", "2026-03"):
                estimate(area, segment, potential_of(area, segment, since), since=since)
    return world


def ask(segment="UCJ", month=FEBRUARY, **more) -> Question:
    return Question(month=month, segment=WorkerSegment.objects.get(pk=segment), **more)


def source(code: str) -> TargetSource:
    return TargetSource.objects.get(pk=code)


# Targets


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("chosen", [None, *SOURCES])
def test_a_report_takes_the_targets_of_its_segment_year_and_source(world, segment, year, chosen):
    asked = ask(segment, year=year, source=source(chosen) if chosen else None)
    expected_targets = {}
    for area in ["", *AREAS]:
        code = chosen or reference_of(area, segment, year)
        expected_targets[area] = (workers_of(area, segment, year, code), code, year)
    found = figures(world.pimpinan, asked)
    assert {area: (at.workers, at.source, at.year) for area, at in found.items()} == expected_targets
    by_province = figures(world.pimpinan, asked, of_regencies=False)
    assert set(by_province) == {"", "18", "36"}
    assert by_province == {area: found[area] for area in by_province}


def test_without_a_year_it_is_that_of_the_month(world):
    for month, year in ((date(2025, 12, 1), 2025), (date(2026, 1, 1), 2026)):
        assert {at.year for at in figures(world.pimpinan, ask(month=month)).values()} == {year}


def test_a_government_is_told_the_targets_of_its_area_and_the_countrys(world):
    assert set(figures(world.pemda, ask())) == {"", "18", "1801", "1802", "1804"}
    assert set(figures(world.pemkab, ask())) == {"", "1802"}


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("chosen", [None, "RPJMN"])
def test_every_row_of_a_table_stands_beside_its_own_target(world, level, chosen):
    for segment in SEGMENTS:
        asked = ask(segment, level=level, source=source(chosen) if chosen else None)
        answer = progress_report(world.pimpinan, asked)
        areas = REGENCIES if level == Level.REGENCY else ["18", "36"]
        assert {row.area_code: row.target.workers for row in answer.rows} == {
            area: workers_of(area, segment, 2026, chosen or reference_of(area, segment, 2026)) for area in areas
        }
        assert answer.total.target.workers == workers_of("", segment, 2026, chosen or reference_of("", segment, 2026))


def test_a_province_asked_for_is_the_total_with_its_own_target_and_its_regencies_are_the_rows(world):
    lampung = Province.objects.get(pk="18")
    answer = progress_report(world.pimpinan, ask(level=Level.REGENCY, province=lampung, source=source("KANWIL")))
    assert [row.area_code for row in sorted(answer.rows, key=lambda row: row.area_code)] == REGENCIES[:3]
    assert answer.total.target.workers == workers_of("18", "UCJ", 2026, "KANWIL")
    assert answer.total.position.participants == sum(
        heads_of(area, part, "2026-02") for area in REGENCIES[:3] for part in ("PU", "BPU")
    )


def test_an_office_asked_for_is_measured_by_its_provinces(world):
    for level in Level:
        answer = progress_report(world.pimpinan, ask(level=level, office=world.banten))
        assert {row.area_code[:2] for row in answer.rows} == {"36"}
        assert answer.total.target.workers == workers_of("36", "UCJ", 2026, reference_of("36", "UCJ", 2026))


# Breaking down


@pytest.mark.parametrize("segment", ["UCJ", "RENTAN"])
@pytest.mark.parametrize("chosen", [None, *SOURCES])
def test_a_breakdown_reads_the_targets_of_its_segment_year_and_source(world, segment, chosen):
    asked = ask(segment, year=2027, source=source(chosen) if chosen else None)
    proposal = load_proposal(world.pimpinan, Province.objects.get(pk="18"), asked)

    def expected(area: str) -> int:
        return workers_of(area, segment, 2027, chosen or reference_of(area, segment, 2027))

    assert {row.code: row.present_workers for row in proposal.rows} == {area: expected(area) for area in REGENCIES[:3]}
    assert proposal.target_workers == expected("18")
    assert set(proposal.stored) == {(area, code) for area in ("18", *REGENCIES[:3]) for code in SOURCES}
    assert {target.segment_id for target in proposal.stored.values()} == {segment}
    assert {target.year for target in proposal.stored.values()} == {2027}
    parts = ["RENTAN"] if segment == "RENTAN" else ["PU", "BPU"]
    assert {row.code: row.position.participants for row in proposal.rows} == {
        area: sum(heads_of(area, part, "2026-02") for part in parts) for area in REGENCIES[:3]
    }
    assert proposal.whole is None
    assert proposal.total.position.participants == sum(row.position.participants for row in proposal.rows)


def test_a_proposal_below_todays_participants_or_above_the_potential_is_marked(world):
    proposal = load_proposal(world.pimpinan, Province.objects.get(pk="18"), ask(year=2027))
    row = proposal.rows[0]
    today, potential = row.position.participants, row.position.potential
    for proposed, below, beyond in (
        (today - 1, True, False),
        (today, False, False),
        (potential, False, False),
        (potential + 1, False, True),
    ):
        marked, *others = proposal.proposing({row.code: proposed})
        assert (marked.is_below_present_participants, marked.is_beyond) == (below, beyond)
        assert marked.added == proposed - today
        assert not any(other.is_below_present_participants or other.is_beyond for other in others)


def test_a_breakdown_shows_what_is_not_broken_down_beside_its_regencies(world):
    put("18", "PU", "2026-02", 9, verified=9)
    put("36", "PU", "2026-02", 8, verified=8)
    proposal = load_proposal(world.pimpinan, Province.objects.get(pk="18"), ask())
    assert (proposal.whole.position.participants, proposal.whole.present) == (9, None)
    assert len(proposal.rows) == 3
    assert proposal.total.position.participants == 9 + sum(row.position.participants for row in proposal.rows)


# Rises and falls


def test_reasons_beside_a_fall_are_those_of_the_segment_month_and_area(world):
    for area, segment, month in product(REGENCIES[:2], STORED, MONTHS):
        CoverageRecord.objects.filter(regency=area, segment=segment, period=months.parse_month(month)).update(
            note=f"{area} {segment} {month}",
            verified_participants=heads_of(area, segment, month) - 500 * MONTHS.index(month),
        )
    CoverageRecord.objects.filter(regency="1801", segment="BPU").update(change_reason="SUBSIDY_ENDED", note="")
    answer = progress_report(world.pimpinan, ask())
    moves = movement(answer.progress_data, answer.regencies)
    assert [(mover.code, mover.change) for mover in moves.falls] == [("1801", -980), ("1802", -980)]
    assert moves.falls[0].reasons == ("PU – 1801 PU 2026-02", "BPU – Subsidi berakhir")
    assert moves.falls[1].reasons == ("PU – 1802 PU 2026-02", "BPU – 1802 BPU 2026-02")
    rentan = progress_report(world.pimpinan, ask("RENTAN"))
    assert [mover.reasons for mover in movement(rentan.progress_data, rentan.regencies).falls] == [
        ("RENTAN – 1801 RENTAN 2026-02",),
        ("RENTAN – 1802 RENTAN 2026-02",),
    ]


def test_only_the_biggest_are_named_the_biggest_first_and_all_are_counted(world):
    for place, area in enumerate(REGENCIES):
        CoverageRecord.objects.filter(regency=area, segment="PU", period=FEBRUARY).update(
            verified_participants=heads_of(area, "PU", "2026-01") + (-100, 200, 300, -400)[place] - 10
        )
    answer = progress_report(world.pimpinan, ask())
    moves = movement(answer.progress_data, answer.regencies, most=1)
    # BPU adds ten to each
    assert [(mover.code, mover.change) for mover in (*moves.rises, *moves.falls)] == [("1804", 300), ("3671", -400)]
    assert (moves.risen, moves.fallen, moves.unchanged, moves.change) == (2, 2, 0, 0)


def test_growth_of_the_potential_is_that_of_the_segments_last_vintage_not_after_the_month(world):
    for segment, parts in (("UCJ", ["PU", "BPU"]), ("RENTAN", ["RENTAN"])):
        progress_data = progress_report(world.pimpinan, ask(segment)).progress_data
        before, now = (
            sum(potential_of(area, part, since) for area in REGENCIES for part in parts)
            for since in ("2024-01", "2026-02")
        )
        assert potential_growth(progress_data) == pytest.approx((now - before) / before / 25)
    earlier = progress_report(world.pimpinan, ask(month=date(2026, 1, 1))).progress_data
    assert potential_growth(earlier) == 0


# Figures


def reader_of(world, user=None) -> FigureReader:
    return FigureReader.visible_to(user or world.pimpinan)


def sums(code: str) -> SegmentGroup:
    return SegmentGroup.of(WorkerSegment.objects.get(pk=code))


def expected(areas, parts, month) -> Participants:
    heads = sum(heads_of(area, part, month) for area in areas for part in parts)
    return Participants(heads + 5 * len(areas) * len(parts), heads)


PARTS = {"UCJ": ["PU", "BPU"], "UCJ-JAKON": ["PU", "BPU", "JAKON"], "RENTAN": ["RENTAN"], "PU": ["PU"]}


@pytest.mark.parametrize("code", list(PARTS))
def test_positions_are_those_of_the_segment_month_and_basis(world, code):
    for basis in Basis:
        found = reader_of(world).positions(sums(code), [date(2026, 1, 1), FEBRUARY], basis)
        for month, since in (("2026-01", "2024-01"), ("2026-02", "2026-02")):
            cells, potentials, _heads = found[months.parse_month(month)]
            assert set(cells) == {(area[:2], area) for area in REGENCIES}
            for area in REGENCIES:
                at = cells[area[:2], area]
                assert at.participants == expected([area], PARTS[code], month).on(basis)
                assert at.potential == sum(potential_of(area, part, since) for part in PARTS[code] if part != "JAKON")
            assert {since for _source, since in potentials.vintages} == {months.parse_month(since)}


def test_several_segments_read_side_by_side_are_those_read_one_by_one(world):
    reader, codes = reader_of(world), list(PARTS)
    beside = reader.positions_of_each([sums(code) for code in codes], [FEBRUARY], Basis.VERIFIED)
    for code in codes:
        cells, potentials, _heads = reader.positions(sums(code), [FEBRUARY], Basis.VERIFIED)[FEBRUARY]
        assert beside[code][FEBRUARY][0] == cells
        assert beside[code][FEBRUARY][1].workers == potentials.workers


@pytest.mark.parametrize("code", list(PARTS))
def test_lines_run_from_the_first_to_the_last_month_of_the_areas_asked_for(world, code):
    reader, first, last = reader_of(world), date(2026, 1, 1), FEBRUARY
    inside = ["2026-01", "2026-02"]

    def line(areas) -> dict[date, Participants]:
        return {months.parse_month(month): expected(areas, PARTS[code], month) for month in inside}

    put("18", "PU", "2026-02", 3, verified=2)
    series = reader.monthly_participants(sums(code), first, last)
    assert {cell: line([cell[1]]) for cell in series if cell[1]} == {
        (area[:2], area): series[area[:2], area] for area in REGENCIES
    }
    few = reader.monthly_participants_of([("18", "1801"), ("36", "3671")], sums(code), first, last)
    assert few == {("18", "1801"): line(["1801"]), ("36", "3671"): line(["3671"])}
    if code != "RENTAN":
        wide = reader.monthly_participants_of([("18", None), ("36", None)], sums(code), first, last)
        assert wide == {("18", None): {FEBRUARY: Participants(3, 2)}}
    banten = reader.monthly_participants(sums(code), first, last, by_province=True)["36", None]
    assert banten == line(["3671"])
    assert reader.in_provinces(["36"]).monthly_total(sums(code), first, last) == line(["3671"])
    assert reader.in_regency("1802").monthly_total(sums(code), first, last) == line(["1802"])
    assert reader.in_regency("1802").names == {"1802": "Kabupaten Lampung Tengah"}


def test_what_was_changed_since_it_was_verified_is_counted_by_segment_month_and_area(world):
    CoverageRecord.objects.exclude(regency="1801", segment="PU", period=FEBRUARY).exclude(
        regency="1802", segment="JAKON", period=FEBRUARY
    ).exclude(regency="1804", segment="PU", period=date(2026, 1, 1)).update(participants=1, verified_participants=1)
    groups = [sums(code) for code in ("PU", "JAKON", "UCJ")]
    for month, expected in (
        (FEBRUARY, {"PU": {"1801"}, "JAKON": {"1802"}, "UCJ": {"1801"}}),
        (date(2026, 1, 1), {"PU": {"1804"}, "JAKON": set(), "UCJ": {"1804"}}),
    ):
        by_area = reader_of(world).positions_by_area(groups, month, Basis.VERIFIED, lambda cell: cell[1])
        assert {code: {area for area, at in found.items() if at.changed} for code, found in by_area.items()} == expected


def test_figures_of_a_month_are_those_of_its_segments_and_basis(world):
    reader = reader_of(world)
    CoverageRecord.objects.filter(regency="1801", period=FEBRUARY).update(verified_participants=None, verified_at=None)
    for basis in Basis:
        areas = REGENCIES[1:] if basis == Basis.VERIFIED else REGENCIES
        assert reader.heads(FEBRUARY, ["PU", "RENTAN"], basis) == {
            part: {(area[:2], area): expected([area], [part], "2026-02").on(basis) for area in areas}
            for part in ("PU", "RENTAN")
        }


@pytest.mark.parametrize("code", list(PARTS))
def test_the_rate_of_all_is_the_sum_of_the_positions_of_each_month(world, code):
    for basis, user in product(Basis, (world.pimpinan, world.pemda)):
        reader = reader_of(world, user)
        span = [months.parse_month(month) for month in MONTHS]
        positions = reader.positions(sums(code), span, basis)
        rates = reader.monthly_rates(sums(code), span[0], span[-1], basis)
        assert list(rates) == span
        for month in span:
            cells = list(positions[month][0].values())
            assert (rates[month].participants, rates[month].potential) == (
                sum(at.participants for at in cells),
                sum(at.potential for at in cells),
            )


def test_a_replaced_question_changes_only_what_was_replaced(world):
    """Basis, month and segment each on their own."""
    asked = ask(level=Level.REGENCY)
    numbers = set()
    for changed in (
        asked,
        replace(asked, basis=Basis.PROVISIONAL),
        replace(asked, month=date(2026, 1, 1)),
        replace(asked, segment=WorkerSegment.objects.get(pk="RENTAN")),
    ):
        numbers.add(progress_report(world.pimpinan, changed).total.position.participants)
    assert len(numbers) == 4
