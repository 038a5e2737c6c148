"""The list of saved links."""

from __future__ import annotations

from html import escape

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.urls import reverse

from accounts.models import SavedLink
from reporting.months import moment
from reporting.tables.columns import DrawingColumn
from reporting.tables.table import ReportTable


class PartColumn(DrawingColumn):
    """Base of the list's columns: rendered without a table cell around it."""

    def cell(self, record: SavedLink, table: LinkTable) -> str:
        return self.content(record, self.read(record), table)


class AddressColumn(PartColumn):
    """The link under its name, with the date it was saved."""

    def content(self, record: SavedLink, value: str, table: LinkTable) -> str:
        link = f'<a href="{escape(value)}"><b>{escape(record.name)}</b></a>'
        return f'<div>{link} <small class="dim">disimpan {moment(record.created_at)}</small></div>'


class FormColumn(PartColumn):
    """Base of the forms that change a link."""

    def form(self, record: SavedLink, table: LinkTable, css: str, inside: str) -> str:
        return (
            f'<form method="post" action="{reverse("link", args=[record.pk])}"{css}>'
            f"{csrf_input(table.request)}\n{inside}</form>"
        )


class RenameColumn(FormColumn):
    """The form that renames the link; holds the typed name after a refusal."""

    def content(self, record: SavedLink, value: str, table: LinkTable) -> str:
        name = escape(value)
        is_refused = record.pk == table.renamed
        typed = escape(table.typed) if is_refused else name
        wrong = ' aria-invalid="true"' if is_refused else ""
        inside = (
            f'<input name="name" value="{typed}" maxlength="80" required aria-label="Nama baru untuk {name}"{wrong}> '
            f'<button type="submit" name="action" value="rename" aria-label="Ganti nama {name}">Ganti nama</button>'
        )
        return self.form(record, table, ' class="save-link"', inside)


class DeleteColumn(FormColumn):
    """The button that deletes the link."""

    def content(self, record: SavedLink, value: str, table: LinkTable) -> str:
        label = f'aria-label="Hapus {escape(value)}"'
        return self.form(
            record, table, "", f'<button type="submit" name="action" value="delete" {label}>Hapus</button>'
        )


class LinkTable(ReportTable):
    """Saved links, rendered as a list. `renamed` is the key of the link whose new name, `typed`, was refused."""

    address = AddressColumn()
    rename = RenameColumn(accessor="name")
    delete = DeleteColumn(accessor="name")

    class Meta(ReportTable.Meta):
        orderable = False
        template_name = "accounts/links/_list.html"

    def __init__(
        self, links: QuerySet[SavedLink], *, request: HttpRequest, renamed: int | None = None, typed: str = ""
    ) -> None:
        super().__init__(links, request=request)
        self.request: HttpRequest = request
        self.renamed, self.typed = renamed, typed
