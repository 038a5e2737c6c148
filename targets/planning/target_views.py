"""Views of one target: detail with history, create, edit, choose as the reference, delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Denied
from coverage.models import ReportingPeriod, Via, WorkerSegment
from reporting.amounts import format_amount
from targets.models import Target
from targets.permissions import check_planner, plans_area
from targets.planning.importing.cells import LEAST_IN_FILE
from targets.progress.data import Question
from targets.progress.definitions import Progress
from targets.progress.filters import latest_month

from .changes import Mistakes, TargetChange, TargetConflict, TargetValues
from .forms import StepForm, TargetForm
from .history import events_of, figures_of, parts_of, states_of, words_of
from .rows import NATION, already_reached, doubts, progress_of
from .services import NoReason, choose_reference, delete_target, save_targets


@require_safe
def target_page(request: HttpRequest, number: int) -> HttpResponse:
    """The detail page of a target with its history; deleted targets have one, too."""
    states = states_of(number, request.user)
    if not states:
        raise Http404
    target = Target.objects.select_related("province", "regency", "segment", "source").filter(pk=number).first()
    shown = target or states[0]
    question, period = _question(shown)
    progress = progress_of(request.user, target, question) if target and question else None
    others = Target.objects.visible_to(request.user).filter(
        province=shown.province_id, regency=shown.regency_id, segment=shown.segment_id, year=shown.year
    )
    others = others.exclude(pk=number).select_related("source").order_by("source__position")
    return render(
        request,
        "targets/planning/target.html",
        {
            "target": target,
            "shown": shown,
            "area_name": str(shown.regency or shown.province or "Nasional"),
            "area_code": shown.regency_id or shown.province_id or "",
            "words": words_of(TargetValues.of(shown)),
            "progress": progress,
            "period": period,
            "doubts": doubts(progress) if progress else [],
            "reached": already_reached(progress) if progress else "",
            "history": events_of(states, request.user),
            "others": [(other, words_of(TargetValues.of(other))) for other in others],
            "back": list_address(shown),
            "may_plan": target is not None and plans_area(request.user, target.province),
        },
    )


@require_http_methods(["GET", "POST"])
def new_target(request: HttpRequest) -> HttpResponse:
    """Create a target; the query string may preset area, segment, year and source."""
    check_planner(request.user)
    names = ("wilayah", "segmen", "tahun", "sumber")
    if request.method == "GET":
        known = {name: request.GET[name] for name in names if request.GET.get(name)}
        headline = WorkerSegment.objects.filter(is_headline=True).values_list("pk", flat=True).first()
        start = {"segmen": headline or "", "tahun": str(timezone.localdate().year), **known}
        return _form_page(request, TargetForm(user=request.user, initial=start), TargetValues())
    return _save(request, TargetForm(request.POST, user=request.user))


@require_http_methods(["GET", "POST"])
def edit_target(request: HttpRequest, number: int) -> HttpResponse:
    """Change the values of a target. Area, segment, year and source identify it and cannot change."""
    target = _target_to_plan(request, number)
    if request.method == "GET":
        return _form_page(request, TargetForm(user=request.user, target=target), TargetValues.of(target))
    return _save(request, TargetForm(request.POST, user=request.user, target=target))


@require_http_methods(["GET", "POST"])
def take_step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """Make the target the reference (`acuan`) or delete it (`tarik`), after asking for a reason."""
    if step not in ("acuan", "tarik"):
        raise Http404
    target = _target_to_plan(request, number)
    form = StepForm(request.POST or None)
    conflict = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["alasan"]
        if step == "acuan":
            saved = choose_reference(request.user, target, reason=reason, via=Via.FORM)
            conflict = saved.conflicts[0] if saved.conflicts else None
            done = f"Acuan untuk {_area(target)} {target.year} sekarang: {target.source}."
            if not saved.wrote:
                done = f"Acuan untuk {_area(target)} {target.year} sudah {target.source}. Tidak ada yang berubah."
            address = reverse("target", args=[target.pk])
        else:
            expected = TargetValues.read(request.POST.get("seen", ""))
            conflict = delete_target(request.user, target, reason=reason, via=Via.FORM, expected=expected)
            done = f"Target {_area(target)} {target.year} dari {target.source} ditarik."
            address = list_address(target)
        if conflict is None:
            messages.success(request, done)
            return redirect(address)
        target.refresh_from_db()
    current = Target.objects.filter(
        province=target.province, regency=target.regency, segment=target.segment, year=target.year, is_reference=True
    )
    return render(
        request,
        "targets/planning/step.html",
        {
            "step": step,
            "target": target,
            "area_name": _area(target),
            "form": form,
            "seen": TargetValues.of(target).text,
            "figures": figures_of(TargetValues.of(target)),
            "conflict": conflict,
            "current": current.select_related("source").exclude(pk=target.pk).first(),
        },
        status=409 if conflict else 200,
    )


def list_address(target: Any) -> str:
    """The address of the list that contains this target."""
    level = "kabkota" if target.regency_id else "provinsi" if target.province_id else NATION
    where = f"&provinsi={target.province_id}" if target.regency_id else ""
    return f"{reverse('planning')}?tahun={target.year}&segmen={target.segment_id}&tingkat={level}{where}"


def _area(target: Target) -> str:
    return str(target.regency or target.province or "Nasional")


def _target_to_plan(request: HttpRequest, number: int) -> Target:
    """A target this user may change. Raises Http404 if they may not see it, Denied if they may not change it."""
    visible = Target.objects.visible_to(request.user).select_related("province", "regency", "segment", "source")
    target = visible.filter(pk=number).first()
    if target is None:
        raise Http404("Target ini tidak ada, atau sudah ditarik.")
    check_planner(request.user)
    if not plans_area(request.user, target.province):
        raise Denied(f"{_area(target)} di luar wilayah kerja kantor Anda.")
    return target


def _question(target: Any) -> tuple[Question | None, ReportingPeriod | None]:
    """The question for the latest verified position, which the target is compared with."""
    period = latest_month(list(ReportingPeriod.objects.order_by("-month")))
    if period is None:
        return None, None
    return Question(month=period.month, segment=target.segment, year=target.year), period


def _save(request: HttpRequest, form: TargetForm) -> HttpResponse:
    expected = TargetValues.read(request.POST.get("seen", "")) or TargetValues.of(form.target)
    if not form.is_valid():
        return _form_page(request, form, expected, status=422)
    change = form.change(expected)
    try:
        saved = save_targets(request.user, [change], reason=form.cleaned_data["alasan"], via=Via.FORM)
    except Mistakes as wrong:
        form.add_mistakes(wrong.by_change[0])
        return _form_page(request, form, expected, status=422)
    except NoReason as sentence:
        form.add_error("alasan", str(sentence))
        return _form_page(request, form, expected, status=422)
    if saved.conflicts:
        conflict = saved.conflicts[0]
        return _form_page(request, form, conflict.stored, conflict=conflict, status=409)
    target = _stored(change)
    if not saved.wrote:
        messages.info(request, "Tidak ada yang berubah.")
    else:
        what = "disimpan" if saved.created else "diubah"
        released = "".join(f" Acuan dari {other.source} dilepas." for other in saved.released)
        is_first = bool(saved.created) and change.is_reference is None and target.is_reference
        first = " Target ini menjadi acuan karena yang pertama." if is_first else ""
        messages.success(
            request, f"Target {change.area_name} {change.year} dari {change.source} {what}.{released}{first}"
        )
    for warning in _warnings(change, target):
        messages.warning(request, warning)
    return redirect("target", number=target.pk)


def _warnings(change: TargetChange, target: Target) -> list[str]:
    """Sentences about doubtful values, shown after saving."""
    found = []
    if change.percent is not None and change.percent < LEAST_IN_FILE:
        found.append(
            f"Tersimpan {format_amount(change.percent)}%. Bila maksudnya {format_amount(change.percent * 100)}%, ubah."
        )
    place = Target.objects.filter(
        province=change.province, regency=change.regency, segment=change.segment, year=change.year, is_reference=True
    )
    if not target.is_reference and not place.exists():
        found.append(
            f"{change.area_name} {change.year} sekarang tanpa acuan. Pilih salah satu targetnya sebagai acuan."
        )
    return found


def _stored(change: TargetChange) -> Target:
    return Target.objects.get(
        province=change.province, regency=change.regency, segment=change.segment, year=change.year, source=change.source
    )


def _form_page(
    request: HttpRequest,
    form: TargetForm,
    expected: TargetValues,
    *,
    conflict: TargetConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    existing = None
    if conflict is not None and form.target is None and conflict.stored.exists:
        existing = _stored(conflict.change)
    target = form.target
    progress: Progress | None = None
    if target is not None:
        question, _ = _question(target)
        progress = progress_of(request.user, target, question) if question else None
    return render(
        request,
        "targets/planning/form.html",
        {
            "form": form,
            "target": target,
            "area_name": _area(target) if target else "",
            "seen": expected.text,
            "progress": progress,
            "conflict": conflict,
            "clashes": parts_of(conflict.stored, conflict.wanted) if conflict else (),
            "existing": existing,
            "back": reverse("target", args=[target.pk]) if target else reverse("planning"),
        },
        status=status,
    )
