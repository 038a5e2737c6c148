"""`ReportTable`: a declared table that is a page, a workbook, a CSV file and a JSON answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from itertools import groupby
from typing import Any, NamedTuple

import django_tables2 as tables
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import F, QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django_tables2.data import TableData, TableListData, TableQuerysetData
from django_tables2.tables import DeclarativeColumnsMetaclass
from django_tables2.utils import OrderBy, OrderByTuple

from reporting.templatetags.terms import term_sign
from reporting.terms import Term

from .columns import ReportColumn


class UnknownOrder(ValueError):
    """The address asks for an order the table does not declare."""


class UnknownColumn(ValueError):
    """The address asks for a column the table does not declare."""


class ComputedRows(TableListData):
    """Computed rows. Missing values come last in both directions."""

    data: list[Any]

    def __init__(self, rows: Iterable[Any]) -> None:
        super().__init__(list(rows))

    def order_by(self, aliases: OrderByTuple) -> None:
        for alias in aliases:
            read = self.table.columns[OrderBy(alias).bare].column.read_for_order
            known = [(key, row) for row in self.data if (key := read(row)) is not None]
            known.sort(key=lambda pair: pair[0], reverse=OrderBy(alias).is_descending)
            self.data = [row for _, row in known] + [row for row in self.data if read(row) is None]


class StoredRows(TableQuerysetData):
    """Rows from a queryset, ordered and paginated by the database. Missing values come last in both directions."""

    data: QuerySet[Any]
    #: Otherwise django-tables2 marks a column as ordered when the queryset is.
    ordering = None

    def order_by(self, aliases: OrderByTuple) -> None:
        for alias in aliases:
            column = self.table.columns[OrderBy(alias).bare].column
            paths = [F(str(path)) for path in column.order_by or (column.accessor or column.name,)]
            descending = OrderBy(alias).is_descending
            ordered = [path.desc(nulls_last=True) if descending else path.asc(nulls_last=True) for path in paths]
            self.data = self.data.order_by(*ordered, "pk")


class DerivedRows(StoredRows):
    """Rows computed from database records, one page or one chunk of a file at a time."""

    #: Records read at a time for files: below the limit of SQLite's query parameters.
    part = 1_000

    def derive(self, records: QuerySet[Any]) -> Iterable[Any]:
        """The rows for these records, computed in bulk."""
        raise NotImplementedError

    def __len__(self) -> int:
        if not hasattr(self, "_count"):
            self._count = self.data.count()
        return self._count

    def __getitem__(self, key: slice) -> list[Any]:
        start, stop, _ = key.indices(len(self))
        return [*self.derive(self.data[start:stop])]

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, len(self), self.part):
            yield from self[start : start + self.part]


class NearestPagePaginator(Paginator):
    """A paginator that returns the nearest page for one that does not exist."""

    def validate_number(self, number: Any) -> int:
        try:
            return super().validate_number(number)
        except PageNotAnInteger:
            return 1
        except EmptyPage:
            return self.num_pages


class ColumnGroup(NamedTuple):
    """A title above adjacent columns."""

    title: str
    css: str
    width: int


class Row(SafeString):
    """The cells of a record as markup, with the class and data attributes of the row."""

    css = ""
    data = ""

    @property
    def tr(self) -> SafeString:
        """The row as markup."""
        css = f' class="{escape(self.css)}"' if self.css else ""
        return mark_safe(f"<tr{css}{self.data}>{self}</tr>")  # noqa: S308 - columns escape what they write


class ReportTableMetaclass(DeclarativeColumnsMetaclass):
    """Lets a table inherit `Meta` as forms and models do, and raises for mistakes that django-tables2 ignores."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        inherited = next((base.Meta for base in bases if hasattr(base, "Meta")), None)
        if inherited:
            if not issubclass(attrs.setdefault("Meta", inherited), inherited):
                raise TypeError(f"{name}.Meta must inherit the Meta of its base table.")
            columns = {column for base in bases for column in getattr(base, "base_columns", {})}
            if hidden := sorted(column for column in columns if callable(attrs.get(column))):
                raise TypeError(f"{name} would lose its columns {hidden} to methods of the same name.")
        return super().__new__(mcs, name, bases, attrs)


class ReportTable(tables.Table, metaclass=ReportTableMetaclass):
    """A declared table. Columns are in the order of the files; `screen` names those on screen in their order.

    `order` is a column's name, with `-` for descending; an undeclared one raises UnknownOrder. `total` is
    the record of the last line. `links` replaces `linkify` by column; `kept` are the parameters of every link.
    """

    screen: Sequence[str] = ()
    #: Terms by column name, for the "?" in the heading.
    terms: Mapping[str, Term] = {}

    class Meta:
        attrs = {"class": "report"}
        template_name = "reporting/table.html"
        order_by_field, page_field, per_page_field = "urut", "halaman", "per_halaman"
        per_page = 50

    def __init__(
        self,
        data: Any,
        *,
        total: Any = None,
        order: str = "",
        caption: str = "",
        links: Mapping[str, Callable[[Any], str | None]] | None = None,
        kept: Mapping[str, str] | None = None,
        screen: Sequence[str] = (),
        request: HttpRequest | None = None,
        extra_columns: Iterable[tuple[str, ReportColumn | None]] = (),
        **options: Any,
    ) -> None:
        self.total, self.caption, self.kept, self.request = total, caption, kept or {}, request
        self.screen = [*(screen or self.screen or type(self).base_columns)]
        if not isinstance(data, TableData):
            data = StoredRows(data) if TableQuerysetData.validate(data) else ComputedRows(data)
        extra_columns = list(extra_columns)
        #: Names in the order of the files.
        self.names = [*dict.fromkeys([*type(self).base_columns, *(name for name, _ in extra_columns)])]
        super().__init__(
            data,
            sequence=(*self.screen, "..."),
            extra_columns=extra_columns,
            order_by=(order,) if order else None,
            **options,
        )
        for column in self.columns.iterall():
            column.column.name = column.name
            column.column.visible = column.name in self.screen
            column.column.term = column.column.term or self.terms.get(column.name)
        for name, link in (links or {}).items():
            self.columns[name].column.address = link

    @property
    def order_by(self) -> Any:
        return super().order_by

    @order_by.setter
    def order_by(self, value: Iterable[str] | None) -> None:
        for alias in value or ():
            name = OrderBy(alias).bare
            if name not in self.columns or not self.columns[name].orderable:
                raise UnknownOrder(f"Urutan “{name}” tidak dikenal.")
        tables.Table.order_by.fset(self, value)

    def show(self, names: Sequence[str]) -> None:
        """Show these columns in their default order, with those that name the row. Raises UnknownColumn."""
        if unknown := [name for name in names if name not in self.columns]:
            raise UnknownColumn(f"Kolom “{unknown[0][:40]}” tidak dikenal.")
        for column in self.columns.iterall():
            column.column.visible = column.name in names or column.column.names_row

    def paginate(self, per_page: Any = None, page: Any = 1) -> ReportTable:  # type: ignore[override]
        return super().paginate(NearestPagePaginator, per_page=per_page, page=page)

    @property
    def records(self) -> Sequence[Any]:
        """The records on screen: those of the page, or all without pagination."""
        if not hasattr(self, "_records"):
            self._records = list(self.page.object_list.data if hasattr(self, "page") else self.data)
        return self._records

    @property
    def head(self) -> SafeString:
        """The headings of the columns on screen, each with the address that sorts by it."""
        return mark_safe("".join([self._heading(bound) for bound in self.columns]))  # noqa: S308 - see _heading

    def _heading(self, bound: Any) -> str:
        column = bound.column
        css = f' class="{escape(column.heading_class)}"' if column.heading_class else ""
        order = ""
        if bound.is_ordered:
            order = f' aria-sort="{"descending" if bound.order_by_alias.is_descending else "ascending"}"'
        tooltip = f' title="{escape(column.help_text)}"' if column.help_text else ""
        title = str(conditional_escape(column.short_name or bound.header))
        if bound.orderable:
            title = f'<a href="{escape(self.order_address(bound.order_by_alias.next))}">{title}</a>'
        if column.term:
            title += f" {term_sign(column.term, 'kolom')}"
        return f'<th scope="col"{css}{order}{tooltip}>{title}</th>'

    def order_address(self, order: str) -> str:
        """The address of the first page in another order."""
        before, after = self._around_order
        return f"?{before}urut={order}{after}"

    @cached_property
    def _around_order(self) -> tuple[str, str]:
        """The parts of the address before and after the order."""
        if self.request is None:
            return "", ""
        address = self.request.GET.copy()
        address.pop("halaman", None)
        address["urut"] = "-"
        before, _order, after = address.urlencode().partition("urut=-")
        return before, after

    @property
    def body(self) -> list[Row]:
        """Every record on screen as a row."""
        return [self.row(record) for record in self.records]

    def row(self, record: Any) -> Row:
        """The cells of a record, each escaped by its column."""
        row = Row("".join([column.cell(record, self) for column in self.screen_columns]))
        row.css = self.row_css(record)
        if data := self.row_data(record):
            row.data = flatatt({f"data-{name}": value for name, value in data.items()})
        return row

    def row_css(self, record: Any) -> str:
        """The class of the row of a record."""
        return ""

    def row_data(self, record: Any) -> Mapping[str, Any]:
        """Data attributes of a record's row; None is left out, True has no value."""
        return {}

    @cached_property
    def screen_columns(self) -> list[ReportColumn]:
        """The columns on screen, in order. Cached: read it after the columns have been chosen."""
        return [bound.column for bound in self.columns]

    @property
    def foot(self) -> SafeString:
        """The cells of the total; empty without one."""
        if self.total is None or not self.records:
            return SafeString("")
        return mark_safe("".join([column.render_footer(self) for column in self.screen_columns]))  # noqa: S308

    @property
    def groups(self) -> list[ColumnGroup]:
        """The titles above the columns on screen; empty without any."""
        shown = [(bound.column.group, bound.column.group_css) for bound in self.columns]
        if not any(title for title, _ in shown):
            return []
        return [ColumnGroup(title, css, len(list(run))) for (title, css), run in groupby(shown)]

    @property
    def file_columns(self) -> list[ReportColumn]:
        """The columns of files, in declared order: all but drawings, regardless of the screen."""
        found = [self.columns.columns[name].column for name in self.names]
        return [column for column in found if not column.exclude_from_export]

    def file_records(self) -> Iterable[Any]:
        """All records, followed by the total if there is one and there are records."""
        count = 0
        for record in self.data:
            count += 1
            yield record
        if self.total is not None and count:
            yield self.total
