"""Columns of report tables. Each class defines how a kind of value is written on screen, in JSON, CSV and Excel.

A column renders its whole cell. Rendering by django-tables2 inspects every accessor and signature twice per cell, which
makes a table of 514 rows six times slower.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from html import escape
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import conditional_escape

from reporting.months import long_date, month_code
from reporting.numbers import NOTHING, as_float, format_count, format_number, format_rate, round_half_up

if TYPE_CHECKING:
    from reporting.terms import Term

#: Spreadsheets interpret a text that begins with one of these as a formula.
_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """The text, escaped so that no spreadsheet executes it."""
    return "'" + text if text.startswith(_FORMULA_START) else text


def plain(value: Any) -> Any:
    """A value for JSON: exact numbers as the nearest float, dates as ISO, statuses as their key."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return as_float(value)


def draw_mark(sign: str, words: str, *, title: str = "") -> str:
    """A mark beside a figure with `words` for screen readers; the tooltip is `title`, or `words` without it."""
    words = escape(words)
    return (
        f'<span class="remark" title="{escape(title) or words}"><span aria-hidden="true">{sign}</span>'
        f'<span class="hidden-text"> ({words})</span></span>'
    )


class ReportColumn(tables.Column):
    """A column of text, and the base of all others.

    Besides what `django_tables2.Column` takes:

    * `get`: a function of the record that returns the value, instead of an accessor;
    * `css`: classes of the cells; `heading_css`: classes of the heading;
    * `label`: shown before the value on narrow screens, which have no headings;
    * `short_name`: a shorter heading for the screen; files use `verbose_name`;
    * `names_row`: the cell is the heading of its row and cannot be hidden;
    * `group`, `group_css`: the title above this and adjacent columns, and its class;
    * `linkify`: a function of the record that returns an address or None;
    * `shown_as`: a function of the record that returns text or safe markup to show instead of the value;
    * `after`: a function of the record that returns safe markup to add after the value, or "";
    * `remark`: a function of the record that returns the text of a mark beside the figure, or "";
    * `term`: the explanation behind the "?" of the heading; `help_text`: the tooltip of the heading;
    * `draw`: a function of the value that returns the content of the cell as safe markup.
    """

    #: Whether the value is a number: aligned right, first sorted in descending order.
    is_number = False
    #: The format of cells in Excel; "" for text.
    excel_format = ""
    #: The width of the column in Excel, in characters.
    excel_width = 30
    #: Whether the first click on the heading sorts in descending order.
    sorts_descending_first = False

    def __init__(
        self,
        verbose_name: str | None = None,
        *,
        get: Callable[[Any], Any] | None = None,
        css: str = "",
        heading_css: str = "",
        label: str = "",
        short_name: str = "",
        names_row: bool = False,
        group: str = "",
        group_css: str = "",
        linkify: Callable[[Any], str | None] | None = None,
        shown_as: Callable[[Any], str] | None = None,
        after: Callable[[Any], str] | None = None,
        remark: Callable[[Any], str] | None = None,
        term: Term | None = None,
        help_text: str = "",
        draw: Callable[[Any], str] | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("initial_sort_descending", self.sorts_descending_first and not names_row)
        super().__init__(verbose_name, **options)
        self.get, self.css, self.heading_css, self.label, self.short_name = get, css, heading_css, label, short_name
        self.names_row, self.group, self.group_css = names_row, group, group_css
        self.shown_as, self.after = shown_as, after
        self.address, self.remark, self.term, self.help_text, self.draw = linkify, remark, term, help_text, draw
        #: The column's name in its table, set by the table.
        self.name = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> ReportColumn:
        # Tables copy their columns per request; columns are not modified, so a shallow copy is enough.
        column = object.__new__(type(self))
        column.__dict__.update(self.__dict__)
        return column

    def read(self, record: Any) -> Any:
        """The exact value in this record; None when it is not known."""
        if self.get is None:
            self.get = attrgetter((self.accessor or self.name).replace("__", "."))
        return self.get(record)

    def read_for_order(self, record: Any) -> Any:
        """The sort key: `order_by` if declared, else the value."""
        return attrgetter(self.order_by[0].replace("__", "."))(record) if self.order_by else self.read(record)

    # --- on screen

    def text(self, value: Any) -> str:
        """The value as text."""
        return NOTHING if value in (None, "") else str(value)

    def render(self, value: Any) -> str:
        return self.text(value)

    def render_footer(self, table: Any) -> str:
        """The cell of the total, which comes from the report: rates are sum over sum, never a sum of the column."""
        return self.cell(table.total, table)

    def cell(self, record: Any, table: Any) -> str:
        """The cell of a record as safe markup."""
        value = self.read(record)
        content = self.content(record, value, table)
        if self.names_row:
            return (
                f'<th scope="row" class="{self.css}">{content}</th>' if self.css else f'<th scope="row">{content}</th>'
            )
        return f"<td{self.attributes(record, value)}>{content}</td>"

    def attributes(self, record: Any, value: Any) -> str:
        """The attributes of the cell as safe markup."""
        css = self.cell_css(value)
        attributes = f' class="{css}"' if css else ""
        return f'{attributes} data-label="{escape(self.label)}"' if self.label else attributes

    @property
    def is_drawn(self) -> bool:
        """Whether the content is markup instead of text."""
        return self.draw is not None

    def cell_css(self, value: Any) -> str:
        """The classes of the cell of a value."""
        if self.is_drawn:
            return f"{self.name} {self.css}".rstrip()
        return f"n {self.css}".rstrip() if self.is_number else self.css

    @property
    def heading_class(self) -> str:
        """The classes of the heading."""
        own = "n" if self.is_number and not self.names_row else self.css if self.is_drawn else ""
        return f"{own} {self.heading_css}".strip()

    def content(self, record: Any, value: Any, table: Any) -> str:
        """The content of the cell as safe markup: the text with its link and remark."""
        if self.draw:
            return self.draw(value)
        text = conditional_escape(self.shown_as(record)) if self.shown_as else escape(self.text(value))
        if address := self.url(record, table):
            text = f'<a href="{escape(address)}">{text}</a>'
        if self.remark and not self.names_row and (words := self.remark(record)):
            text += draw_mark("≠", words)
        return text + self.after(record) if self.after else text

    def url(self, record: Any, table: Any) -> str | None:
        """The address of the cell's link, with the parameters kept in every link of the report."""
        address = self.address(record) if self.address else None
        if address and table.kept:
            address += f"{'&' if '?' in address else '?'}{urlencode(table.kept)}"
        return address

    # --- in files

    def plain(self, value: Any) -> Any:
        """The value in JSON."""
        return plain(value)

    def csv(self, value: Any) -> str:
        """The value in CSV; empty for None."""
        return "" if value is None else safe_text(str(value))

    def write_excel(self, sheet: Any, line: int, column: int, value: Any, style: Any) -> None:
        """Write a known value as a typed cell."""
        sheet.write_string(line, column, self.text(value), style)


TextColumn = ReportColumn


class NumberColumn(ReportColumn):
    """Base of number columns; numbers are exact until they are written."""

    is_number = sorts_descending_first = True
    excel_format = "0"
    excel_width = 16

    def csv(self, value: Any) -> str:
        if value is None or isinstance(value, int):
            return "" if value is None else str(value)
        return f"{round_half_up(value, 6).normalize():f}".replace(".", ",")

    def write_excel(self, sheet: Any, line: int, column: int, value: Any, style: Any) -> None:
        sheet.write_number(line, column, as_float(value) or 0, style)


class CountColumn(NumberColumn):
    """A head-count: `760.468`."""

    excel_format = "#,##0"

    def text(self, value: Any) -> str:
        return format_count(value)


class YearColumn(NumberColumn):
    """A year, without a thousands separator: `2026`."""

    def text(self, value: Any) -> str:
        return NOTHING if value is None else str(value)


class RateColumn(NumberColumn):
    """A fraction as a percentage: `24,86%`; a plain fraction in JSON and CSV."""

    excel_format = "0.00%"

    def text(self, value: Any) -> str:
        return format_rate(value)


class RatioColumn(NumberColumn):
    """A number with two decimals: `0,98`."""

    excel_format = "0.00"

    def text(self, value: Any) -> str:
        return format_number(value, 2)


class ChangeColumn(NumberColumn):
    """A change in heads: `+1.234`; negative values are coloured."""

    excel_format = "#,##0"
    decimals = 0

    def text(self, value: Any) -> str:
        return format_number(value, self.decimals, signed=True)

    def cell_css(self, value: Any) -> str:
        css = super().cell_css(value)
        return f"{css} neg".lstrip() if value is not None and value < 0 and not self.is_drawn else css


class PointsColumn(ChangeColumn):
    """A change in percentage points: `+0,47`; negative values are coloured."""

    excel_format = "0.00"
    decimals = 2


class DateColumn(ReportColumn):
    """A day: `24 September 2024`; ISO in JSON and CSV."""

    sorts_descending_first = True
    excel_format = "yyyy-mm-dd"
    excel_width = 16

    def text(self, value: Any) -> str:
        return NOTHING if value is None else long_date(value)

    def csv(self, value: Any) -> str:
        return "" if value is None else value.isoformat()

    def write_excel(self, sheet: Any, line: int, column: int, value: Any, style: Any) -> None:
        sheet.write_datetime(line, column, value, style)


class MonthColumn(DateColumn):
    """A month: `2026-09` on screen and in every file; a date in Excel."""

    excel_format = "yyyy-mm"

    def text(self, value: Any) -> str:
        return NOTHING if value is None else month_code(value)

    def plain(self, value: Any) -> Any:
        return None if value is None else self.text(value)

    def csv(self, value: Any) -> str:
        return "" if value is None else self.text(value)


class MomentColumn(MonthColumn):
    """A date and time in the project's time zone: `2026-10-05 14:32`."""

    excel_format = "yyyy-mm-dd hh:mm"

    def text(self, value: Any) -> str:
        return NOTHING if value is None else f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    def write_excel(self, sheet: Any, line: int, column: int, value: Any, style: Any) -> None:
        sheet.write_datetime(line, column, timezone.localtime(value).replace(tzinfo=None), style)


class StatusColumn(ReportColumn):
    """A status with `label`, `sign` and `css`: sign, label and colour on screen, its key in JSON, else its label."""

    sorts_descending_first = True
    excel_width = 16

    def text(self, value: Any) -> str:
        return value.label

    def content(self, record: Any, value: Any, table: Any) -> str:
        if self.draw or self.shown_as:
            return super().content(record, value, table)
        return f'<span class="st {value.css}"><i aria-hidden="true">{value.sign}</i> {escape(value.label)}</span>'

    def csv(self, value: Any) -> str:
        return "" if value is None else self.text(value)


class FlagColumn(ReportColumn):
    """A boolean or None: `ya`, `tidak`, empty; true, false and null in JSON."""

    sorts_descending_first = True
    excel_width = 16

    def text(self, value: Any) -> str:
        return NOTHING if value is None else "ya" if value else "tidak"

    def csv(self, value: Any) -> str:
        return "" if value is None else self.text(value)


class DrawingColumn(ReportColumn):
    """Markup for the screen only, returned by `draw` or by a subclass that overrides `content`.

    Sortable only with `order_by`.
    """

    sorts_descending_first = True

    def __init__(self, verbose_name: str | None = None, **options: Any) -> None:
        options.setdefault("orderable", bool(options.get("order_by")))
        super().__init__(verbose_name, exclude_from_export=True, **options)

    @property
    def is_drawn(self) -> bool:
        return True

    def text(self, value: Any) -> str:
        return ""
