"""Admin pages of offices, users and roles, limited to the user's office and to permissions the user has."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt, AccessLog
from axes.utils import reset
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from .admin_base import HistoryAdmin, ReadOnlyAdmin, ScopedModelAdmin, UnchangeableKey
from .models import Office, User

admin.site.unregister(Group)


@admin.register(Office)
class OfficeAdmin(UnchangeableKey, HistoryAdmin):
    list_display = ["name", "code", "kind", "parent", "is_active"]
    list_filter = ["kind", "is_active", ("parent", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]

    def in_scope(self, queryset, request: HttpRequest):
        return queryset.administered_by(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.writes_all_areas

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and request.user.writes_all_areas


def exceeds(person: User, user: User) -> bool:
    """Return True when the person has a permission the user lacks.

    Such an account may not be edited: setting its password would give access to that permission.
    """
    if user.is_superuser:
        return False
    return person.is_superuser or bool(person.get_all_permissions() - user.get_all_permissions())


def grantable_roles(user: User) -> QuerySet[Group]:
    """Return the roles whose permissions the user has, all of them."""
    if user.is_superuser:
        return Group.objects.all()
    own = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return Group.objects.exclude(permissions__in=Permission.objects.exclude(pk__in=own.values("pk")))


#: Indonesian verb by the prefix of a permission's codename. Django's own permission names are English.
VERBS = {"view": "lihat", "add": "tambah", "change": "ubah", "delete": "hapus"}


class PermissionsField(forms.ModelMultipleChoiceField):
    """Multiple choice of permissions, labelled in Indonesian."""

    def label_from_instance(self, permission: Permission) -> str:
        verb, _, model = permission.codename.partition("_")
        if verb not in VERBS or model != permission.content_type.model:
            return f"{permission.content_type.name}: {permission.name}"
        return f"{permission.content_type.name}: {VERBS[verb]}"


def permissions_field(**kwargs: Any) -> PermissionsField:
    """Return a field of all permissions except those without effect: history tables and Django's own models."""
    rights = Permission.objects.select_related("content_type").order_by("content_type__app_label", "content_type_id")
    rights = rights.exclude(content_type__model__startswith="historical").exclude(
        content_type__app_label__in=["admin", "contenttypes", "sessions"]
    )
    widget = FilteredSelectMultiple("hak akses", is_stacked=False)
    return PermissionsField(queryset=rights, widget=widget, required=False, **kwargs)


@admin.register(User)
class UserAdmin(ScopedModelAdmin, DjangoUserAdmin):
    list_display = ["username", "full_name", "office", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "is_staff", "groups", "office__kind"]
    list_select_related = ["office"]
    search_fields = ["username", "first_name", "last_name", "email", "office__name"]
    ordering = ["username"]
    autocomplete_fields = ["office"]
    readonly_fields = ["last_login", "date_joined"]
    actions = ["unlock"]
    add_fieldsets = [
        (
            None,
            {"fields": ["username", "first_name", "last_name", "email", "usable_password", "password1", "password2"]},
        ),
        ("Kantor dan peran", {"fields": ["office", "groups", "is_staff"]}),
    ]

    @admin.display(description="nama", ordering="first_name")
    def full_name(self, person: User) -> str:
        return person.get_full_name()

    @admin.display(description="peran")
    def roles(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all())

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None):
        if obj is None:
            return self.add_fieldsets
        rights = ["is_active", "office", "groups", "is_staff"]
        if request.user.is_superuser:
            rights += ["is_superuser", "user_permissions"]
        return [
            (None, {"fields": ["username", "password"]}),
            ("Orang", {"fields": ["first_name", "last_name", "email"]}),
            ("Kantor dan peran", {"fields": rights}),
            ("Waktu", {"fields": ["last_login", "date_joined"]}),
        ]

    def in_scope(self, queryset, request: HttpRequest):
        queryset = queryset.prefetch_related("groups")
        if request.user.writes_all_areas:
            return queryset
        return queryset.filter(office__in=Office.objects.administered_by(request.user))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or not exceeds(obj, request.user))

    def formfield_for_foreignkey(self, db_field, request: HttpRequest, **kwargs: Any):
        if db_field.name == "office":
            kwargs["queryset"] = Office.objects.administered_by(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request: HttpRequest, **kwargs: Any):
        if db_field.name == "user_permissions":
            return permissions_field(label="Hak tambahan", help_text="Di luar perannya. Sebaiknya kosong.")
        if db_field.name == "groups":
            kwargs["queryset"] = grantable_roles(request.user)
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "office" in form.base_fields and not request.user.is_superuser:
            form.base_fields["office"].required = True
        return form

    @admin.action(description="Buka kunci masuk", permissions=["change"])
    def unlock(self, request: HttpRequest, queryset) -> None:
        for username in queryset.values_list("username", flat=True):
            reset(username=username)
        self.message_user(request, "Kunci masuk dibuka. Pengguna dapat mencoba lagi.")


@admin.register(Group)
class RoleAdmin(ScopedModelAdmin, DjangoGroupAdmin):
    """Admin of roles. They are loaded with the reference data; only a superuser changes their permissions."""

    filter_horizontal = []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def formfield_for_manytomany(self, db_field, request: HttpRequest | None = None, **kwargs: Any):
        return permissions_field(label="Hak akses")


class LoginRecordAdmin(ReadOnlyAdmin):
    """Base of the login records: accounts in the user's scope; the head office also sees unknown names."""

    search_fields = ["username", "ip_address"]
    list_display_links = None  # a detail page would add nothing to the list

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> None:
        return None

    def in_scope(self, queryset, request: HttpRequest):
        if request.user.writes_all_areas:
            return queryset
        people = User.objects.filter(office__in=Office.objects.administered_by(request.user))
        return queryset.filter(username__in=people.values("username"))


@admin.register(AccessAttempt)
class FailedLoginAdmin(LoginRecordAdmin):
    list_display = ["username", "ip_address", "attempt_time", "failures_since_start", "user_agent"]
    date_hierarchy = "attempt_time"


@admin.register(AccessLog)
class LoginAdmin(LoginRecordAdmin):
    list_display = ["username", "ip_address", "attempt_time", "logout_time", "user_agent"]
    date_hierarchy = "attempt_time"
