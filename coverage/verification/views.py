"""Pages of verification: the queue, and one submission with the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.models import Denied, Office
from accounts.views import explains_404
from coverage import permissions
from coverage.models import Submission
from coverage.periods.selectors import period_at
from coverage.submissions import services as submissions
from coverage.submissions.events import timeline

from . import queue
from .filters import QueueFilterSet
from .forms import TickedForm, VerificationDecisionForm, read_moment
from .queue import QueueRows
from .selectors import Review, ReviewArea, ReviewCell, load_review
from .tables import QueueTable, ReviewRow, ReviewTable

if TYPE_CHECKING:
    from accounts.models import User

#: Session key of reasons posted after the session ended.
DRAFT = "verification_draft"
STALE = "Pengajuan ini berubah sejak halaman dibuka. Periksa lagi angkanya; isian Anda masih di sini."
NOT_SEEN = "Halaman tidak terkirim lengkap. Periksa lagi angkanya, lalu ulangi."


@require_http_methods(["GET", "POST"])
@explains_404
def verification_queue(request: HttpRequest) -> HttpResponse:
    """`/verifikasi/`: the queue. A POST verifies the ticked submissions."""
    offices = _offices(request.user)
    if request.method == "POST":
        _verify_ticked(request, offices)
        return redirect(request.get_full_path())
    filterset = QueueFilterSet(request.GET, offices, request=request)
    if filterset.has_no_data:
        return render(request, "reporting/empty.html", {"heading": "Verifikasi"})
    if mistakes := filterset.mistakes:
        context: dict[str, Any] = {"filter": filterset, "mistakes": mistakes}
        return render(request, "coverage/verification/queue.html", context, status=400)
    status, period = filterset.cleaned_data["status"], filterset.period
    # A filtered month or status is the same in all rows and needs no column.
    common = {"month": period, "status": status}
    table = QueueTable(
        QueueRows(filterset.qs, request.user),
        screen=[name for name in QueueTable.base_columns if not common.get(name)],
        caption="Pengajuan: yang bertanda lebih dahulu, lalu yang paling lama menunggu",
    )
    table.paginate(page=request.GET.get("halaman"))
    can_tick = any(row.can_be_ticked for row in table.records)
    if not can_tick:
        table.columns.hide("tick")
    counts = queue.counts_by_status(offices, period)
    context = {
        "filter": filterset,
        "seen_at": timezone.now(),
        "table": table,
        "page": table.page,
        "can_tick": can_tick,
        "period": period,
        "status": status,
        "counts": [(code, filterset.status_words[code], count) for code, count in counts.items()],
        "elsewhere": queue.waiting_elsewhere(offices, period),
        "missing": queue.not_begun(offices, period).order_by("name") if status == queue.NOT_BEGUN and period else [],
    }
    return render(request, "coverage/verification/queue.html", context)


def _verify_ticked(request: HttpRequest, offices: QuerySet[Office]) -> None:
    """Verify the ticked submissions; add a message with the result of each."""
    ticked = TickedForm(request.POST, offices)
    if not ticked.is_valid():
        messages.error(request, " ".join(str(error) for errors in ticked.errors.values() for error in errors))
        return
    seen_at = read_moment(request.POST.get("seen_at", ""))
    if seen_at is None:
        messages.error(request, NOT_SEEN)
        return
    chosen = ticked.cleaned_data["ticked"]
    results = submissions.verify_many(user=request.user, submissions=chosen, seen_at=seen_at)
    done = [submission for submission, refusal in results if refusal is None]
    for submission, refusal in results:
        if refusal is not None:
            messages.error(request, f"{submission.office}, {submission.period}: {refusal}")
    if len(done) == 1:
        messages.success(request, f"{done[0].office}, {done[0].period}: diverifikasi.")
    elif done:
        names = ", ".join(f"{submission.office} ({submission.period})" for submission in done)
        messages.success(request, f"{len(done)} pengajuan diverifikasi: {names}.")


@login_not_required
@require_http_methods(["GET", "POST"])
@explains_404
def verification(request: HttpRequest, month: str, office: str) -> HttpResponse:
    """`/verifikasi/2026-09/KC-.../`: one submission, cells to check first. A POST verifies or returns it."""
    if not request.user.is_authenticated:
        return drafts.ask_to_log_in(request, DRAFT)
    offices = _offices(request.user)
    place = offices.filter(pk=office).first()
    if place is None:
        raise Http404
    period = period_at(month)
    submission = _submission(place, month=period.month)
    if submission is None:
        raise Http404(f"{place} belum mulai mengisi data {period}.")
    review = load_review(submission)
    if request.method == "GET":
        typed = drafts.typed_before(request, DRAFT)
        form = VerificationDecisionForm(review.cells, typed.dict() if typed else None)
        return _page(request, review, form, is_restored=form.has_typed)
    drafts.forget(request, DRAFT)
    form = VerificationDecisionForm(review.cells, request.POST.dict())
    if not form.is_valid():
        return _page(request, review, form, status=400)
    try:
        _decide(request, submission, form, request.POST.get("action", ""))
    except permissions.OutOfScope:
        raise Http404 from None
    except Denied as refusal:
        form.mistakes.append(str(refusal))
        fresh = load_review(_submission(place, month=period.month) or submission)
        return _page(request, fresh, form, status=409)
    return redirect(f"{reverse('verification-queue')}?bulan={month}")


def _decide(request: HttpRequest, submission: Submission, form: VerificationDecisionForm, action: str) -> None:
    """Verify or return the submission. Raises Denied with a sentence, shown with the input."""
    title = f"{submission.office}, {submission.period}"
    if form.seen_at is None:
        raise Denied(NOT_SEEN)
    if action == "verify":
        if form.has_typed:
            raise Denied("Ada alasan pengembalian yang sudah ditulis. Kembalikan pengajuan ini, atau hapus alasannya.")
        submissions.verify(user=request.user, submission=submission, seen_at=form.seen_at)
        messages.success(request, f"{title}: diverifikasi. Angkanya kini terverifikasi.")
    elif action == "return":
        if submission.submitted_at and submission.submitted_at > form.seen_at:
            raise Denied(STALE)
        submissions.send_back(user=request.user, submission=submission, reason=form.general_reason, cells=form.cells)
        messages.success(request, f"{title}: dikembalikan ke kantor beserta alasannya.")
    else:
        raise Denied("Pilih: verifikasi, atau kembalikan ke kantor.")


def _page(
    request: HttpRequest,
    review: Review,
    form: VerificationDecisionForm,
    *,
    status: int = 200,
    is_restored: bool = False,
) -> HttpResponse:
    is_waiting = queue.is_waiting(review.submission)
    own = review.submission.submitted_by_id == request.user.pk
    flagged = [_row(cell, form) for cell in review.flagged]
    rest = [_row(cell, form, area) for area in review.rest for cell in area.cells]
    return render(
        request,
        "coverage/verification/submission.html",
        {
            "review": review,
            "submission": review.submission,
            "form": form,
            "flagged": ReviewTable(flagged, review, is_waiting=is_waiting, caption="Sel yang perlu diperiksa"),
            "rest": ReviewTable(rest, review, is_waiting=is_waiting, caption="Sel tanpa tanda"),
            "steps": timeline(review.submission, request.user),
            "is_waiting": is_waiting,
            "is_own": is_waiting and own,
            "days_late": queue.days_late(review.submission),
            "seen_at": review.seen_at,
            "is_restored": is_restored,
        },
        status=status,
    )


def _row(cell: ReviewCell, form: VerificationDecisionForm, area: ReviewArea | None = None) -> ReviewRow:
    """Return the row of a cell, with the typed remark."""
    return ReviewRow(cell, form.texts.get(cell.key, ""), form.wrong.get(cell.key, ""), area)


def _offices(user: User) -> QuerySet[Office]:
    """Return the offices the user verifies. Raises Denied for users who may not verify at all."""
    if not user.has_perm(permissions.VERIFY):
        raise Denied("Akun Anda tidak diberi hak memverifikasi.")
    offices = permissions.offices_for_verification(user)
    if not offices.exists():
        raise Denied(
            "Kantor Anda tidak memverifikasi pengajuan. Verifikasi dilakukan Kantor Wilayah atau Kantor Pusat."
        )
    return offices


def _submission(office: Office, *, month: Any) -> Submission | None:
    found = Submission.objects.filter(office=office, period=month)
    return found.select_related("office", "period", "submitted_by", "decided_by").first()
