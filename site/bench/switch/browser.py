"""Drives Debian's Chromium, as the tests do, and reads the times that it took itself."""

import os
import shutil
import time
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from bench.processes import CORES, OTHER_CORES
from tests.chromium import ARGUMENTS

WIDTH, HEIGHT = 1280, 800
HOVER, PRESS = 0.15, 0.08  # seconds that a hand rests on a link before it presses, and presses
QUIET = 0.4  # seconds that somebody stays in a room
# Playwright's own emulation of these restyles each new page. "null" turns it off.
AS_IT_IS = dict.fromkeys(("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null")
# A page's times are relative to its own beginning.
NOTE_CLICK = """addEventListener('click', ({ timeStamp }) => {
    sessionStorage.clicked = performance.timeOrigin + timeStamp
}, true)"""
TIMES = """() => {
    const paints = []
    new PerformanceObserver((list) => paints.push(...list.getEntries()))
        .observe({ type: 'largest-contentful-paint', buffered: true })
    return new Promise((resolve) => setTimeout(() => {
        const since = performance.timeOrigin - sessionStorage.clicked
        const [page] = performance.getEntriesByType('navigation')
        const shown = paints.findLast(({ element }) => element?.closest('.message'))
        resolve({
            first_byte: since + page.responseStart,
            parsed: since + page.domInteractive,
            painted: since + shown.startTime,
        })
    }))
}"""


class Reader:
    """A person at a browser whose processor is `throttling` times slower."""

    def __init__(self, target, throttling):
        self.target, self.throttling = target, throttling
        self.url = f"http://127.0.0.1:{target.port}"

    def __enter__(self):
        with all_cores():  # for it and its processes: the server waits while the browser works
            self.playwright = sync_playwright().start()
            self.browser = self.playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=ARGUMENTS
            )
        context = self.browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, **AS_IT_IS)
        name, value = self.target.cookies[0].split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": self.url}])
        context.add_init_script(NOTE_CLICK)
        self.page = context.new_page()
        session = context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": self.throttling})
        return self

    def __exit__(self, *error):
        self.browser.close()
        self.playwright.stop()

    def open(self, path):
        self.page.goto(self.url + path)
        self.settle()

    def switch(self, path):
        """Click on the link to the room at `path` as a hand does; return the switch's times."""
        link = self.page.locator(f"#rooms a[href='{path}']").bounding_box()
        mouse = self.page.mouse
        mouse.move(link["x"] + 30, link["y"] + link["height"] / 2)
        time.sleep(HOVER)
        mouse.down()
        time.sleep(PRESS)
        mouse.up()
        self.page.wait_for_url(self.url + path)
        self.settle()
        mouse.move(WIDTH - 10, HEIGHT - 10)
        return self.page.evaluate(TIMES)

    def settle(self):
        """Wait until the page is live."""
        self.page.locator("main[data-live]").wait_for()
        time.sleep(QUIET)


@contextmanager
def all_cores():
    """Let the child processes that are started in this block run on every core."""
    os.sched_setaffinity(0, CORES)
    try:
        yield
    finally:
        os.sched_setaffinity(0, OTHER_CORES)
