"""Declared tables: order, missing values, chosen columns, pages, total, errors of wrong declarations."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest

from accounts.models import Office
from reporting.tables.columns import ChangeColumn, CountColumn, DrawingColumn, RateColumn, TextColumn
from reporting.tables.exports import as_record
from reporting.tables.table import DerivedRows, ReportTable, UnknownColumn, UnknownOrder


@dataclass
class Area:
    name: str
    heads: int | None
    rate: Fraction | None = None
    change: int | None = None


class AreaTable(ReportTable):
    screen = ("name", "heads", "bar")

    code = TextColumn("Kode", get=lambda row: row.name[:2])
    name = TextColumn("Wilayah", names_row=True, linkify=lambda row: f"/w/{row.name}")
    heads = CountColumn("Peserta", css="strong", group="Angka")
    rate = RateColumn("Cakupan")
    change = ChangeColumn("Perubahan", group="Angka")
    bar = DrawingColumn("Batang", accessor="rate", draw=lambda value: "<svg></svg>", order_by="rate")


ROWS = [Area("B", 2), Area("A", None), Area("C", 10, Fraction(1, 3), -4)]


def order_of(table):
    return [row.name for row in table.records]


@pytest.mark.parametrize(
    ("order", "expected"),
    [("", "BAC"), ("heads", "BCA"), ("-heads", "CBA"), ("name", "ABC"), ("-bar", "CBA"), ("code", "ABC")],
)
def test_missing_values_come_last_in_both_directions(order, expected):
    assert "".join(order_of(AreaTable(ROWS, order=order))) == expected


@pytest.mark.parametrize("order", ["nothing", "-nothing", "heads,name", "--heads", "-"])
def test_only_declared_orders_are_answered(order):
    with pytest.raises(UnknownOrder):
        AreaTable(ROWS, order=order)


def test_files_keep_the_declared_order_and_leave_drawings_out():
    table = AreaTable(ROWS)
    assert [column.name for column in table.columns] == ["name", "heads", "bar"]
    assert [column.name for column in table.file_columns] == ["code", "name", "heads", "rate", "change"]
    assert as_record(table.file_columns, ROWS[2]) == {
        "code": "C", "name": "C", "heads": 10, "rate": 1 / 3, "change": -4,
    }  # fmt: skip


def test_chosen_columns_stand_in_their_usual_order_and_the_name_stays():
    table = AreaTable(ROWS)
    table.show(["change", "heads"])
    assert [column.name for column in table.columns] == ["name", "heads", "change"]
    assert [(group.title, group.width) for group in table.groups] == [("", 1), ("Angka", 2)]
    with pytest.raises(UnknownColumn):
        table.show(["nothing"])
    assert [column.name for column in AreaTable(ROWS).columns] == ["name", "heads", "bar"], "the class is untouched"


def test_cells_escape_what_people_typed_and_carry_links_on():
    table = AreaTable([Area("<b>", 5)], kept={"per_tanggal": "2026-01-02"})
    assert table.body == [
        '<th scope="row"><a href="/w/&lt;b&gt;?per_tanggal=2026-01-02">&lt;b&gt;</a></th>'
        '<td class="n strong">5</td><td class="bar"><svg></svg></td>'
    ]


def test_a_page_shows_its_own_rows_and_a_page_beyond_the_last_is_the_last():
    table = AreaTable(ROWS).paginate(per_page=2, page="99")
    assert (table.page.number, order_of(table)) == (2, ["C"])
    assert AreaTable(ROWS).paginate(per_page=2, page="x").page.number == 1


def test_the_total_is_the_reports_own_and_stands_only_below_rows():
    total = Area("Semua", 12, Fraction(1, 4))
    assert "Semua" in AreaTable(ROWS, total=total).foot
    assert AreaTable([], total=total).foot == ""
    assert list(AreaTable(ROWS, total=total).file_records())[-1] is total


def test_a_method_cannot_remove_a_column_unseen_and_meta_is_inherited():
    with pytest.raises(TypeError, match="heads"):

        class Hidden(AreaTable):
            def heads(self):
                return 1

    with pytest.raises(TypeError, match="Meta"):

        class Alone(AreaTable):
            class Meta:
                per_page = 5

    class Narrow(AreaTable):
        screen = ("name",)

    assert Narrow._meta.template_name == AreaTable._meta.template_name == ReportTable._meta.template_name


def test_a_row_has_its_class_and_a_cell_its_label_for_narrow_screens():
    class Marked(ReportTable):
        name = TextColumn("Nama", names_row=True, css="seg")
        heads = CountColumn("Peserta", label='Peserta "aktif"')

        def row_css(self, record):
            return "" if record.heads else "empty"

    table = Marked([Area("A", None), Area("B", 5)])
    assert [row.css for row in table.body] == ["empty", ""]
    assert table.body[1] == (
        '<th scope="row" class="seg">B</th><td class="n" data-label="Peserta &quot;aktif&quot;">5</td>'
    )


@pytest.mark.django_db
def test_derived_rows_are_counted_and_read_a_part_at_a_time(django_assert_num_queries):
    class Doubled(DerivedRows):
        part = 2

        def derive(self, records):
            return [f"{office.code} {office.code}" for office in records]

    Office.objects.bulk_create(Office(code=code, name=code, kind=Office.Kind.HEAD) for code in "ABCDE")
    rows = Doubled(Office.objects.filter(code__in="ABCDE").order_by("code"))
    table = AreaTable(rows)
    with django_assert_num_queries(2):  # how many there are, and those of the page
        table.paginate(per_page=2, page=2)
        assert table.records == ["C C", "D D"]
    with django_assert_num_queries(3):
        assert list(rows) == ["A A", "B B", "C C", "D D", "E E"]
