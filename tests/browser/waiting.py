"""Waiting until a page rests, and not for a time: a busy machine is slow, not wrong."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

WATCH = """
    window.changedAt = performance.now();
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (...message) {
        [window.sentAt, window.answered] = [performance.now(), false];
        return send.apply(this, message);
    };
    new MutationObserver(changes => {
        window.changedAt = performance.now();
        window.answered ||= changes.some(change => change.target.dataset?.testScriptState === 'running');
    }).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
"""
"""Notes when the browser last asked for a run, that one has begun since, and when something last changed."""

RESTS = """() => {
    const app = document.querySelector('[data-testid=stApp]')?.dataset, now = performance.now();
    window.answered ||= app?.testScriptState === 'running' || now - window.sentAt > 3000;
    return window.answered && app?.testScriptState === 'notRunning' && app.testConnectionState === 'CONNECTED'
        && !document.querySelector('[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSkeleton]')
        && now - window.changedAt > 300;
}"""
"""The app has answered, what it drew before is gone, and nothing has changed for a while."""


def viewer(browser: Browser, **options: Any) -> BrowserContext:
    """A viewer of their own, whose tabs note what they need to be waited for."""
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    context.add_init_script(WATCH)
    return context


def still(page: Page) -> Page:
    """Wait until the app rests, whether or not it draws a figure."""
    expect(page.locator("h1").first).to_be_visible()
    page.wait_for_function(RESTS, polling=50)
    return page


def settled(page: Page) -> Page:
    """Wait until the app rests and has drawn its figure."""
    expect(page.locator('[data-testid="stVegaLiteChart"] svg').first).to_be_visible()
    return still(page)
