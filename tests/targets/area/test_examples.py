"""Every published worked example of docs/definitions.md, read on the page of its area and in its JSON.

Nothing but the reference data and the published figures are loaded, as on the day a new installation is set up.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Office, User
from tests.conftest import PASSWORD

LAMPUNG = "/wilayah/18/?bulan=2024-09"
SUMSEL = "/wilayah/16/?bulan=2024-12"
BABEL = "/wilayah/19/?bulan=2024-09"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The published data, loaded once for all tests of this module and removed afterwards."""
    from django.db import connection, transaction

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        call_command("load_reference", verbosity=0)
        call_command("load_published", verbosity=0)
        User.objects.create_user("pembaca", password=PASSWORD, office=Office.objects.filter(kind="HEAD").first())
        client = Client()
        client.force_login(User.objects.get(username="pembaca"))
        read: dict[str, SimpleNamespace] = {}
        for address in (LAMPUNG, SUMSEL, BABEL):
            page = client.get(address)
            assert page.status_code == 200
            read[address] = SimpleNamespace(
                page=page.content.decode(), json=client.get(f"{address}&format=json").json()
            )
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        assert not connection.in_atomic_block
    return read


@pytest.fixture
def lampung(loaded):
    return loaded[LAMPUNG]


@pytest.fixture
def sumsel(loaded):
    return loaded[SUMSEL]


@pytest.fixture
def babel(loaded):
    return loaded[BABEL]


def by(rows: list[dict], **wanted) -> dict:
    [found] = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return found


def test_lampung_where_it_stands(lampung):
    for shown in ("24,86<small>%", "760.468", "3.058.943", "2.298.475", "24 September 2024"):
        assert shown in lampung.page
    head = lampung.json["headline"]
    assert (head["participants"], head["potential"], head["uncovered"]) == (760_468, 3_058_943, 2_298_475)
    assert head["coverage_rate"] == 760_468 / 3_058_943
    assert lampung.json["definition"]["position_date"] == "2024-09-24"


def test_lampung_what_the_target_of_the_year_takes(lampung):
    for shown in ("32,62%", "997.827", "237.359", "7,76", "+79.120"):
        assert shown in lampung.page
    head = lampung.json["headline"]
    assert (head["target_rate"], head["target_workers"], head["gap_workers"]) == (0.3262, 997_827, 237_359)
    assert round(head["gap_points"], 2) == 7.76
    assert head["required_per_month"] == pytest.approx(79_119.67, abs=0.005)
    assert head["months_left"] == 3


def test_lampung_the_target_of_the_next_year(lampung):
    for shown in ("38,39%", "1.174.328", "413.860"):
        assert shown in lampung.page
    line = by(lampung.json["targets"], target_year=2025, level="area")
    assert (line["target_rate"], line["target_workers"], line["gap_workers"]) == (0.3839, 1_174_328, 413_860)
    assert (line["target_rate_is_derived"], line["target_workers_are_derived"]) == (False, False)
    assert line["months_left"] == 15


def test_lampung_the_target_of_2045_comes_from_the_country(lampung):
    line = by(lampung.json["targets"], target_year=2045)
    assert (line["level"], line["target_source"], line["target_rate"]) == ("national", "RPJPN", 0.995)
    assert "99,50%" in lampung.page


@pytest.mark.parametrize(
    ("segment", "participants", "shown", "rate", "derived"),
    [
        ("PERANGKAT-DESA", 43_202, "72,30%", 0.723, True),
        ("RT-RW", 5_697, "22,20%", 0.222, True),
        ("GURU", 13_381, "32,80%", 0.328, True),
        ("NON-ASN", 36_171, "96,20%", 0.962, True),
        ("RENTAN", 35_263, "4,64%", 0.0464, False),
    ],
)
def test_lampung_groups(lampung, segment, participants, shown, rate, derived):
    row = by(lampung.json["rows"], segment=segment)
    assert (row["participants"], row["potential_is_derived"]) == (participants, derived)
    assert row["coverage_rate"] == pytest.approx(rate, abs=0.00005)
    assert f"{participants:,}".replace(",", ".") in lampung.page
    assert shown in lampung.page


def test_lampung_a_published_figure_beside_ours(lampung):
    row = by(lampung.json["published"], code="LAMPOST-2024-01")
    assert (row["published"], round(row["computed"], 2)) == (24.86, 24.86)
    assert row["computed_from_published"] is False
    by(lampung.json["published"], code="ANTARA-LPG-2024-05", is_disputed=True, computed=760_500)


def test_south_sumatra_vulnerable_workers(sumsel):
    row = by(sumsel.json["rows"], segment="RENTAN")
    assert (row["participants"], row["potential"]) == (65_000, 937_000)
    assert row["coverage_rate"] == pytest.approx(0.0694, abs=0.00005)
    for shown in ("65.000", "937.000", "6,94%"):
        assert shown in sumsel.page


def test_south_sumatra_the_target_of_the_next_year(sumsel):
    line = by(sumsel.json["targets"], target_year=2025, level="area")
    assert (line["target_rate"], line["target_workers"]) == (0.5, 1_400_000)
    assert "1.400.000" in sumsel.page


def test_south_sumatra_325_000_published_stands_beside_364_000_computed(sumsel):
    row = by(sumsel.json["published"], code="JURNALISME-2024-08")
    assert (row["published"], row["computed"], row["difference"]) == (325_000, 364_000, -39_000)
    assert (row["computed_from_published"], row["is_disputed"]) == (True, True)
    line = next(part for part in sumsel.page.split("<tr>") if "325.000</td>" in part)
    for shown in ("364.000", "−39.000", "dari cakupan terbitan", "Dipertentangkan"):
        assert shown in line


def test_a_published_coverage_is_never_compared_with_itself(sumsel):
    row = by(sumsel.json["published"], code="JURNALISME-2024-03")
    assert (row["published"], row["computed"]) == (37, None)


def test_bangka_belitung(babel):
    rows = {row["code"]: row for row in babel.json["published"]}
    assert (rows["ANTARA-BABEL-2024-01"]["published"], rows["ANTARA-BABEL-2024-02"]["published"]) == (33, 55)
    months = rows["ANTARA-BABEL-2024-03"]
    assert (months["published"], months["computed"]) == (4, 4)
    assert rows["ANTARA-BABEL-2024-04"]["published"] == 327_000_000_000
    line = by(babel.json["targets"], target_year=2024)
    assert (line["target_rate"], line["target_source"]) == (0.55, "BPJSTK")
    for shown in ("33,00%", "55,00%", "4 bulan", "Rp327 miliar"):
        assert shown in babel.page
