"""The demonstration: the figures it invents, and the command that writes them."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Sum

from accounts.models import User
from coverage.models import CoverageRecord, Dataset, ReportingPeriod, Submission, SubmissionEvent, WorkforceEstimate
from demonstration.demo import accounts, groups, routine, scenario
from demonstration.demo.areas import read_areas
from demonstration.demo.history import make_history
from demonstration.demo.loading import SOURCE
from demonstration.demo.potentials import PotentialInForce, make_potentials
from demonstration.demo.shares import apportion, between
from demonstration.demo.targets import plan_targets
from demonstration.demo.window import FIRST, MONTHS, OPEN_MONTH, calendar_of, index_of
from reporting.numbers import format_rate
from targets.models import Target

LAMPUNG_RATES = {
    **{"1813": "1.9", "1807": "17.4", "1808": "19.3", "1810": "21.4", "1812": "22.6", "1804": "23.3", "1811": "23.3"},
    **{"1803": "25.6", "1802": "26.4", "1801": "26.5", "1805": "26.9", "1806": "29.4", "1871": "32.8", "1872": "32.9"},
}


class Figures:
    """Everything the demonstration invents, asked by area code and month."""

    def __init__(self):
        self.areas = read_areas()
        self.potentials = make_potentials(self.areas)
        self.series = make_history(self.areas, self.potentials)
        self.in_force = PotentialInForce(self.potentials)

    def participants(self, area: str, month: date, segments=("PU", "BPU")) -> int:
        return sum(
            values[index_of(month)] or 0
            for (code, segment), values in self.series.items()
            if code.startswith(area) and segment in segments
        )

    def potential(self, area: str, month: date) -> int:
        return self.in_force.of_province(area, month)

    def rate(self, area: str, month: date, segments=("PU", "BPU")) -> Decimal:
        return Decimal(self.participants(area, month, segments)) / self.potential(area, month)


@pytest.fixture(scope="module")
def figures():
    return Figures()


def test_figures_are_the_same_on_every_machine(figures):
    text = repr((figures.potentials, sorted(figures.series.items())))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "d09e5eb4aeb80c34"


def test_every_regency_has_every_legal_segment_in_every_month(figures):
    assert len(figures.areas) == 514
    assert len(figures.series) == 514 * 4
    assert {len(values) for values in figures.series.values()} == {36}
    assert (MONTHS[0], MONTHS[-1]) == (date(2023, 11, 1), date(2026, 10, 1))
    blank = {cell for cell, values in figures.series.items() if None in values}
    assert blank == scenario.NEVER_REPORTED
    assert all(value >= 0 for values in figures.series.values() for value in values if value is not None)


@pytest.mark.parametrize(
    ("province", "month", "workers"),
    [
        ("18", date(2024, 9, 1), 3_058_943),
        ("18", date(2025, 8, 1), 2_800_000),
        ("18", date(2025, 11, 1), 2_800_000),
        ("18", date(2025, 12, 1), 2_990_000),
        ("16", date(2024, 12, 1), 2_800_000),
    ],
)
def test_published_potentials_are_met_exactly(figures, province, month, workers):
    assert figures.potential(province, month) == workers


def test_a_potential_is_in_force_from_the_first_to_the_last_month(figures):
    assert 97_000_000 < figures.potential("", MONTHS[0]) < 101_000_000
    assert 97_000_000 < figures.potential("", MONTHS[-1]) < 101_000_000


def test_lampung_meets_the_published_figures(figures):
    september = date(2024, 9, 1)
    assert figures.participants("18", september) == 760_468
    assert {code: f"{figures.rate(code, september):.3f}" for code in LAMPUNG_RATES} == {
        code: f"{Decimal(rate) / 100:.3f}" for code, rate in LAMPUNG_RATES.items()
    }
    # Pesawaran, which the source leaves out, takes what remains.
    assert Decimal("0.20") < figures.rate("1809", september) < Decimal("0.30")
    assert abs(figures.participants("18", date(2025, 8, 1)) - 687_000) < 500


def test_south_sumatra_and_bangka_belitung_meet_the_published_rates(figures):
    assert figures.participants("16", date(2024, 12, 1)) == 1_036_000
    assert format_rate(figures.rate("19", date(2024, 8, 1))) == "33,00%"
    assert format_rate(figures.rate("19", date(2024, 12, 1)), 1) == "35,0%"
    with_jakon = figures.rate("19", date(2024, 12, 1), ("PU", "BPU", "JAKON"))
    assert abs(with_jakon - Decimal("0.4027")) < Decimal("0.0005")


def test_members_lapse_in_january_and_come_back_through_the_year(figures):
    for year in (2024, 2025, 2026):
        december, march, october = date(year - 1, 12, 1), date(year, 3, 1), date(year, 10, 1)
        assert figures.participants("", date(year, 1, 1)) < figures.participants("", december) * 0.95
        assert figures.participants("", march) < figures.participants("", october)
    everyone = ("PU", "BPU", "JAKON", "PMI")
    assert 43_000_000 < figures.participants("", date(2024, 12, 1), everyone) < 46_500_000
    assert 38_500_000 < figures.participants("", date(2025, 3, 1), everyone) < 41_500_000


def test_only_kaimana_is_above_one_hundred_percent(figures):
    above = {
        area.code
        for area in figures.areas
        for month, pu, bpu in zip(
            MONTHS, figures.series[area.code, "PU"], figures.series[area.code, "BPU"], strict=True
        )
        if pu + (bpu or 0) > figures.in_force(area.code, month).total
    }
    assert above == {"9208"}


def test_oku_selatan_falls_when_the_subsidy_ends(figures):
    assert format_rate(figures.rate("1609", date(2026, 2, 1)), 1) == "39,0%"
    assert format_rate(figures.rate("1609", date(2026, 6, 1)), 1) == "25,8%"


def test_pesisir_barat_stays_near_zero_and_grows(figures):
    rates = [figures.rate("1813", date(year, 9, 1)) for year in (2024, 2025, 2026)]
    assert rates == sorted(rates)
    assert rates[-1] < Decimal("0.025")


def test_group_lines_leave_the_published_month_to_the_published_figure():
    totals = dict.fromkeys(groups.PROVINCES, 2000000)
    series = groups.make_group_history(totals)
    left = {
        (key, MONTHS[index]) for key, values in series.items() for index, value in enumerate(values) if value is None
    }
    assert left == {(key, cell.month) for key, cell in groups.PUBLISHED.items()}
    before, after = (series["18", "RT-RW"][index_of(date(2024, month, 1))] for month in (8, 10))
    assert before < 5_697 < after


def test_nearly_every_area_has_a_target_for_every_year(figures):
    targets = {
        (target.area, target.year): target.percent
        for target in plan_targets(figures.areas, figures.potentials, figures.series)
    }
    without = [area.code for area in figures.areas if (area.code, 2026) not in targets]
    assert 5 <= len(without) <= 30
    assert {("", 2026), ("18", 2024), ("1801", 2025)} <= targets.keys()
    assert all(0 < percent <= 200 for percent in targets.values())


def test_the_open_month_stays_open_whatever_the_day():
    for today in (date(2026, 11, 3), date(2026, 11, 20), date(2027, 8, 17)):
        calendar = calendar_of(OPEN_MONTH, today)
        assert calendar["due_on"] >= today + timedelta(days=5)
        assert calendar["closes_on"] >= today + timedelta(days=15)
    assert calendar_of(date(2024, 9, 1), date(2026, 11, 20)) == {
        "cut_off_on": date(2024, 9, 24),
        "due_on": date(2024, 10, 10),
        "closes_on": date(2024, 10, 20),
    }


def test_offices_act_in_order_and_before_the_month_closes():
    seen = set()
    for month in MONTHS[:-1]:
        for office in ("KC-LAMPUNG-TENGAH", "KC-MUARO-BUNGO", "KC-DUMAI", "KC-PADANG", "KW-JAWA-TIMUR"):
            plan = routine.plan(office, month)
            seen.add(plan.status)
            if plan.status == routine.NOT_BEGUN:
                continue
            steps = [plan.entered_at, plan.first_submitted_at, plan.returned_at, plan.submitted_at, plan.decided_at]
            days = [step.date() for step in steps if step]
            assert days == sorted(days)
            assert days[-1] <= calendar_of(month, date(2026, 11, 20))["closes_on"]
            assert plan == routine.plan(office, month)
    assert seen == {routine.NOT_BEGUN, routine.VERIFIED}


def test_shares_add_up_and_lines_run_through_their_points():
    assert apportion([1, 1, 1], 10) == [4, 3, 3]
    assert sum(apportion([0.1, 0.7, 3.3], 1_000_003)) == 1_000_003
    assert [between({0: 1.0, 4: 3.0}, at) for at in (-1, 0, 1, 4, 9)] == [1, 1, 1.5, 3, 3]


def refusal(**options) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("demo", "--no-serve", **options)
    return str(caught.value)


def test_the_demonstration_refuses_a_server(db, settings):
    settings.DEBUG = False
    assert "DEBUG" in refusal()
    assert not Dataset.objects.exists()


def test_the_demonstration_refuses_a_database_with_real_users(world, settings):
    settings.DEBUG = True
    assert "data sungguhan (pengguna)" in refusal()
    assert not Dataset.objects.exists()


def count_rows():
    models = (
        CoverageRecord,
        CoverageRecord.history.model,
        WorkforceEstimate,
        Submission,
        SubmissionEvent,
        Target,
        User,
    )
    return [model.objects.count() for model in models]


def counted(province: str, month: date) -> tuple[int, int]:
    """PU, BPU and what is not split, over every cell of the province: participants and potential in force."""
    segments = ("PU", "BPU", "TOTAL-UNSPLIT")
    records = CoverageRecord.objects.filter(province=province, segment__in=segments, period=month)
    estimates = WorkforceEstimate.objects.filter(province=province, segment__in=segments, effective_from__lte=month)
    latest = {}
    for row in estimates.order_by("effective_from"):
        latest[row.regency_id, row.segment_id] = row.workers
    assert records.filter(verified_at=None).count() == 0
    return records.aggregate(Sum("verified_participants"))["verified_participants__sum"], sum(latest.values())


def test_the_whole_demonstration(db, settings, capsys):
    settings.DEBUG = True
    call_command("demo", "--no-serve")
    told = capsys.readouterr().out
    assert "dtk] Selesai" in told
    assert all(user.username in told for user in accounts.USERS)
    assert accounts.PASSWORD in told

    # Published figures and invented ones stand in one total, counted once.
    assert counted("18", date(2024, 9, 1)) == (760_468, 3_058_943)
    assert counted("16", date(2024, 12, 1)) == (1_036_000, 2_800_000)
    participants, potential = counted("19", date(2024, 8, 1))
    assert format_rate(Decimal(participants) / potential) == "33,00%"
    cells = CoverageRecord.objects.values("province", "regency", "segment", "period")
    assert not cells.annotate(rows=Count("pk")).filter(rows__gt=1).exists()
    assert CoverageRecord.objects.get(province="18", segment="RT-RW", period=date(2024, 9, 1)).participants == 5_697
    assert not CoverageRecord.objects.filter(segment="TOTAL-UNSPLIT", period__gte=FIRST).exists()
    estimates = WorkforceEstimate.objects.filter(segment__in=["PU", "BPU"])
    assert set(estimates.values_list("source", flat=True)) == {SOURCE}

    # The last history row of a cell is the cell.
    record = CoverageRecord.objects.get(regency="1802", segment="BPU", period=date(2025, 6, 1))
    opened, entered, verified = record.history.order_by("history_date")
    assert (entered.history_date, entered.verified_at) == (record.changed_at, None)
    assert (verified.history_date, verified.participants) == (record.verified_at, record.participants)
    assert (entered.history_user.username, verified.history_user.username) == ("entri", "verifikasi")
    assert (opened.via, entered.via, verified.via) == ("OPEN", "FORM", "VERIFY")
    before = CoverageRecord.objects.get(regency="1802", segment="BPU", period=date(2025, 5, 1))
    assert (opened.participants, opened.origin) == (before.participants, "CARRIED")
    assert not CoverageRecord.objects.exclude(pk__in=CoverageRecord.history.values("id")).exists()

    # The open month waits for the visitor.
    october = ReportingPeriod.objects.get(month=OPEN_MONTH)
    assert not october.is_locked
    own = CoverageRecord.objects.filter(period=october, regency__branch_office="KC-LAMPUNG-TENGAH")
    assert set(own.values_list("origin", flat=True)) == {"ENTERED", "CARRIED"}
    assert Submission.objects.get(period=october, office="KC-LAMPUNG-TENGAH").status == "DRAFT"
    returned = Submission.objects.get(period=october, office="KC-JAMBI").events.get(action="RETURN")
    ((cell, remark),) = returned.cells.items()
    area, segment = cell.split(".")
    assert remark
    assert CoverageRecord.objects.filter(period=october, regency=area, segment=segment).exists()
    # Some submissions wait with questions, some without: as the verifier's queue shows them.
    waiting = Submission.objects.filter(period=october, status="SUBMITTED").values_list("flagged_cells", flat=True)
    assert min(waiting) == 0 < max(waiting)

    # A published target stays the reference; elsewhere there is an invented one.
    assert Target.objects.get(province="18", regency=None, year=2025, is_reference=True).source_id == "PUSAT"
    assert Target.objects.get(regency="1801", year=2025, is_reference=True).source_id == "PERAGAAN"
    assert Dataset.objects.get(code="demo").is_demonstration

    # Again: nothing is doubled, what was typed stays, logins and the open month are put back.
    before = count_rows()
    cell = own.filter(origin="CARRIED").first()
    cell.participants, cell.origin = 123_456, "ENTERED"
    cell.save()
    visitor = User.objects.get(username="pimpinan")
    visitor.set_password("sandi-lain-sama-sekali")
    visitor.save()
    ReportingPeriod.objects.filter(month=OPEN_MONTH).update(due_on=date(2026, 11, 10), closes_on=date(2026, 11, 11))
    call_command("demo", "--no-serve")
    before[1] += 1
    assert count_rows() == before
    cell.refresh_from_db()
    assert cell.participants == 123_456
    visitor.refresh_from_db()
    assert visitor.check_password(accounts.PASSWORD)
    october.refresh_from_db()
    assert not october.is_locked
