"""Every page of the product in a real browser, as every kind of user: nothing blocked, nothing broken, nothing clipped.

The pages are those of the matrix (`test_urls.PAGES`) and of the admin's models, so a page added there is looked at here
by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from playwright.sync_api import Error, Page

from coverage.models import Submission
from reporting import months
from tests.browser.test_browser import DESK, PHONE, browser, note, note_failure, note_message
from tests.conftest import estimate, put, target
from tests.project.test_urls import PAGES
from tests.support.scope import enter, make_stage, page_of, table

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: A desk of 1366 px read at 200 %: half as many CSS pixels, each drawn twice as large.
ZOOMED = {"width": 683, "height": 384}
#: One of each kind; a page is looked at closely as the first of them who may open it.
KINDS = ("pimpinan", "entri", "verifikasi", "kanwil", "admin", "pemda", "stranger")
#: Answers that are files and not pages.
FILES = re.compile(r"format=|\.(xlsx|csv|jsonl?|pdf|zip|png)(\?|$)")
#: What the dark colours can break.
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
#: What is cut off: sentences, at most four. Frames that scroll, drawings and texts for screen readers only may be wider.
LOOK = """
() => {
  const wide = document.documentElement.clientWidth;
  const found = [];
  const name = (at) => `${at.tagName.toLowerCase()}${at.className && at.className.trim ? '.' + at.className.trim() : ''}`;
  const scrolls = (at) => {
    for (let up = at; up; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (/auto|scroll/.test(style.overflowX) || style.position === 'fixed') return true;
    }
    return false;
  };
  if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  for (const at of document.querySelectorAll('main *, header *, footer *')) {
    const box = at.getBoundingClientRect();
    if (!box.width || !box.height || at.closest('svg') || at.closest('.hidden-text, .visually-hidden')) continue;
    if (box.right > wide + 1 && !scrolls(at)) found.push(`${name(at)} ends at ${Math.round(box.right)} px`);
    const style = getComputedStyle(at);
    const hides = /hidden|clip/.test(style.overflowX) && style.clipPath === 'none' && !/^(select|input)$/i.test(at.tagName);
    if (hides && at.scrollWidth > at.clientWidth + 1) found.push(`${name(at)} hides part of its text`);
  }
  return [...new Set(found)].slice(0, 4);
}
"""


@pytest.fixture
def stage(world) -> SimpleNamespace:
    """A year and more of figures on top of the stage of the matrix: every drawing has something to draw."""
    stage = make_stage(world)
    for step in range(14):
        month = months.month_code(months.add_months(months.parse_month("2025-08"), step))
        is_last = month == "2026-09"
        for area, start in (("1801", 30000), ("1802", 40000), ("1804", 9000), ("3671", 80000)):
            count = start + 250 * step
            put(area, "PU", month, count, verified=None if is_last else count)
            put(area, "BPU", month, count // 3, verified=None if is_last else count // 3)
    put("18", "RT-RW", "2026-08", 5697, verified=5697)
    for area, workers in (("1801", 60000), ("1804", 9000), ("3671", 400000)):
        estimate(area, "BPU", workers)
    for area in ("18", "36", "1804"):
        target(area, 2026, percent="45")
    target("18", 2026, percent="38.39", source="RPJMN", reference=False)
    target(None, 2026, percent="50")
    first = Submission.objects.filter(office="KC-LAMPUNG-TENGAH")
    first.update(status="SUBMITTED")
    return stage


def addresses(role: str) -> list[str]:
    """Pages of the matrix this kind of user may open, one of each shape."""
    found: dict[str, str] = {}
    for address, by_role in table(PAGES).items():
        if by_role[role] == "200" and not FILES.search(address) and address != "/admin/jsi18n/":
            found.setdefault(shape_of(address), address)
    return list(found.values())


def shape_of(address: str) -> str:
    """Addresses of one shape show the same page with other figures: `/wilayah/18/` and `/wilayah/36/`."""
    anywhere = re.sub(r"[?&](wilayah|provinsi|kanwil)=[^&]*", "", address)
    return re.sub(r"[A-Z][A-Z0-9-]+", "X", re.sub(r"[0-9]", "9", anywhere))


def admin_addresses(stage: SimpleNamespace) -> list[str]:
    """List and form of every model of the admin."""
    found = []
    for model in admin.site._registry:
        found.append(page_of(model, "changelist"))
        if model._meta.app_label != "axes":  # listed only
            found += [page_of(model, "change", row.pk) for row in stage.rows[model][:1]]
    return found


def opened(page: Page, address: str, complaints: list[str]) -> bool:
    """Whether it is a page at all; what is wrong with it joins the complaints."""
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" in error.message:
            return False
        raise
    if answer is None or answer.status != 200:
        complaints.append(str(answer.status if answer else "no answer"))
        return True
    return answer.headers["content-type"].startswith("text/html")


@pytest.fixture
def visit(browser, live_server, stage):
    """A window of one kind of user, logged in; what it complains about is collected."""
    contexts = []

    def visited(role: str) -> tuple[Page, list[str]]:
        context = browser.new_context(base_url=live_server.url, viewport=DESK, locale="id-ID", color_scheme="light")
        contexts.append(context)
        context.set_default_timeout(20_000)
        if role != "stranger":
            cookie = enter(stage, role).cookies["sessionid"]
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page, complaints = context.new_page(), []
        page.on("console", lambda message: note_message(complaints, message))
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("requestfailed", lambda request: note(complaints, request.failure, f"{request.failure}: {request.url}"))
        page.on("response", lambda response: note_failure(complaints, response))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', event =>"
            " console.error(`blocked: ${event.violatedDirective} ${event.blockedURI}`))"
        )
        return page, complaints

    yield visited
    for context in contexts:
        context.close()


@pytest.mark.parametrize("role", KINDS)
def test_every_page_of_this_kind_of_user(visit, stage, role):
    """No complaint of the browser. Whoever opens a page first also asks axe and looks at it at 200 % and on a phone."""
    page, complaints = visit(role)
    earlier = KINDS[: KINDS.index(role)]
    known = {shape_of(address) for other in earlier for address in addresses(other)}
    wrong = []
    for address in addresses(role):
        if opened(page, address, complaints) and (shape := shape_of(address)) not in known:
            known.add(shape)
            complaints += looked_at(page)
        wrong += [f"{role} {address}: {sentence}" for sentence in complaints]
        complaints.clear()
    assert not wrong, "\n".join(wrong)


def test_every_form_of_the_admin(visit, stage):
    page, complaints = visit("admin")
    wrong: list[str] = []
    for address in admin_addresses(stage):
        opened(page, address, complaints)
        wrong += [f"{address}: {sentence}" for sentence in complaints]
        complaints.clear()
    assert not wrong, "\n".join(wrong)


def looked_at(page: Page) -> Iterator[str]:
    """What axe finds on a desk and, in dark colours, on a phone; what is cut off at 200 % and on a phone."""
    yield from faults(Axe().run(page))
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished)).then(() => 0)")  # colours fade
    yield from (f"dark: {found}" for found in faults(Axe("0").run(page, options=CONTRAST)))  # axe is there already
    yield from (f"390 px: {found}" for found in page.evaluate(LOOK))
    page.set_viewport_size(ZOOMED)
    yield from (f"200 %: {found}" for found in page.evaluate(LOOK))
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")


def faults(results: AxeResults) -> Iterator[str]:
    """Rule and place of what axe found."""
    for rule in results.response["violations"]:
        yield from (f"{rule['id']}: {node['html'][:120]}" for node in rule["nodes"])


def test_what_is_cut_off_is_noticed(visit, stage):
    page, _ = visit("pimpinan")
    page.set_viewport_size(PHONE)
    page.goto("/panduan/")
    assert page.evaluate(LOOK) == []
    page.evaluate("document.querySelector('h1').textContent = 'x'.repeat(300)")
    page.evaluate("document.querySelector('h1').className = 'bt'")  # no longer breaks
    page.evaluate("document.querySelector('main').append(Object.assign(document.createElement('input'), {size: 200}))")
    assert any("px wide" in found or "ends at" in found for found in page.evaluate(LOOK))
