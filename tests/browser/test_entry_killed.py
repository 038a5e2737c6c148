"""A figure the page calls "tersimpan di perangkat" outlives a browser that is killed the moment after."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import test_browser as shared
from tests.support import entry_grid as grid
from tests.support.entry_grid import URL, count

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
browser, log_in, stage = shared.browser, shared.log_in, grid.stage


def start(browser, live_server, profile: Path) -> tuple[BrowserContext, Page]:
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=shared.CHROMIUM,
        args=shared.FLAGS,
        headless=True,
        base_url=live_server.url,
        locale="id-ID",
    )
    context.set_default_timeout(20_000)
    return context, context.new_page()


def runs_on(process: Path, profile: Path) -> bool:
    try:
        return f"--user-data-dir={profile}".encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False


def kill(profile: Path) -> None:
    """Kill the browser of this profile, its children with it, without a chance to write anything."""
    processes = [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and runs_on(entry, profile)
    ]
    assert processes
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_a_killed_browser_keeps_what_was_typed(browser, live_server, stage, tmp_path):
    profile = tmp_path / "profile"
    context, page = start(browser, live_server, profile)
    log_in(page)
    page.goto(URL)
    count(page, "1802-PU").fill("4.706")
    expect(page.locator("[data-device]")).to_contain_text("tersimpan di perangkat")
    with context.expect_event("close"):
        kill(profile)
    for lock in profile.glob("Singleton*"):
        lock.unlink()
    context, page = start(browser, live_server, profile)
    # The cookie of the session may be lost with the browser; the figure may not.
    log_in(page)
    page.goto(URL)
    page.get_by_role("button", name="Pulihkan").click()
    expect(count(page, "1802-PU")).to_have_value("4.706")
    context.close()
