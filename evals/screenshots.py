"""Takes pictures of a running shop: every page and the chat's states, wide and narrow, light and dark.

    python -m evals.screenshots --out DIR [--url http://127.0.0.1:8000]

The shop is the demo shop. The chat's customers ask, but confirm nothing.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from playwright.async_api import Browser, Error, Page, ViewportSize, async_playwright, expect

SIZES: dict[str, ViewportSize] = {
    "1280": {"width": 1280, "height": 800},
    "390": {"width": 390, "height": 844},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
EXCHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "order": ("parcel is days late", ("hi, where's my order?",)),
    "products": ("has not ordered yet", ("do you have a tent for four people?",)),
    "policy": ("return window has closed", ("how long can I return things?",)),
    "card": ("blue tent", ("cancel the blue tent, I ordered it by mistake",)),
    "two-orders": ("gift card", ("hello", "cancel the picnic blanket, I ordered it by mistake")),
    "short": ("two stores still have it", ("what about my rain jacket?",)),
}
"""A picture's name: the note of the customer, and what they write."""


@dataclass(frozen=True)
class Studio:
    """A browser in front of a shop, and the folder for the pictures."""

    browser: Browser
    url: str
    out: Path

    async def window(self, size: str, scheme: Literal["light", "dark"], token: str = "") -> Page:
        """An empty window, signed in with a session's token if there is one."""
        context = await self.browser.new_context(
            base_url=self.url,
            viewport=SIZES[size],
            color_scheme=scheme,
            reduced_motion="reduce",
            device_scale_factor=1 if size == "1280" else 2,
        )
        if token:
            await context.add_init_script(f"localStorage.setItem('storewright.token', '{token}')")
        return await context.new_page()

    async def shoot(self, page: Page, name: str) -> None:
        """Save what the window shows."""
        await page.screenshot(path=self.out / f"{name}.png")


def sign_in(url: str, note: str) -> str:
    """The token of a new session of the demo customer with a telling note."""
    with httpx.Client(base_url=url, trust_env=False) as http:
        people = http.get("/api/demo/customers").raise_for_status().json()["customers"]
        person = next(person for person in people if note in person["note"])
        opened = http.post("/api/demo/sign-in", json={"customer_id": person["id"]}).raise_for_status()
        return str(opened.json()["token"])


async def shoot_pages(studio: Studio, size: str, scheme: Literal["light", "dark"]) -> None:
    """Every page as a customer sees it."""
    page = await studio.window(size, scheme, sign_in(studio.url, "blue tent"))

    async def look(name: str, path: str, hook: str) -> None:
        await page.goto(path, wait_until="networkidle")
        await expect(page.get_by_test_id(hook).first).to_be_visible()
        await studio.shoot(page, f"{name}-{size}-{scheme}")

    await look("home", "/", "product")
    await look("product", await _address(page, "product"), "price")
    await look("account", "/account", "order")
    await look("order", await _address(page, "order"), "line")
    await look("sign-in", "/sign-in", "demo-customer")
    await look("not-found", "/products/there-is-no-such-product", "page-error")
    await page.context.close()


async def _address(page: Page, hook: str) -> str:
    return str(await page.get_by_test_id(hook).first.get_attribute("href"))


async def shoot_exchange(studio: Studio, name: str, size: str, scheme: Literal["light", "dark"]) -> None:
    """The chat before and after a customer wrote something."""
    note, messages = EXCHANGES[name]
    page = await studio.window(size, scheme, sign_in(studio.url, note))
    await page.goto("/", wait_until="networkidle")
    await page.get_by_test_id("launcher").click()
    await expect(page.get_by_test_id("panel")).to_have_attribute("data-phase", "online")
    if name == "order":
        await studio.shoot(page, f"chat-empty-{size}-{scheme}")
    answers = page.get_by_test_id("assistant-message")
    for message in messages:
        before = await answers.count()
        await page.get_by_test_id("composer").fill(message)
        await page.get_by_test_id("send").click()
        await expect(answers.nth(before)).to_be_visible(timeout=60_000)
        await expect(page.get_by_test_id("activity")).to_have_count(0, timeout=60_000)
    await studio.shoot(page, f"chat-{name}-{size}-{scheme}")
    if name == "order":
        await page.context.set_offline(True)
        await expect(page.get_by_test_id("offline")).to_be_visible()
        await page.get_by_test_id("composer").fill("and when will it come?")
        await page.get_by_test_id("send").click()
        await studio.shoot(page, f"chat-offline-{size}-{scheme}")
    await page.context.close()


async def shoot_all(url: str, out: Path, chromium: str) -> None:
    """The whole set."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        studio = Studio(browser, url, out)
        for size in SIZES:
            for scheme in SCHEMES:
                await shoot_pages(studio, size, scheme)
                for name in EXCHANGES:
                    await shoot_exchange(studio, name, size, scheme)
        await browser.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures; 1 when there is no Chromium or no shop."""
    parser = argparse.ArgumentParser(prog="python -m evals.screenshots", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the shop is open")
    chosen = parser.parse_args(arguments)
    chromium = shutil.which("chromium")
    if not chromium:
        print("Chromium is not installed.", file=sys.stderr)
        return 1
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(shoot_all(chosen.url, chosen.out, chromium))
    except (httpx.HTTPError, Error) as error:
        print(f"The shop at {chosen.url} cannot be pictured: {error}", file=sys.stderr)
        return 1
    print(f"{len(list(chosen.out.glob('*.png')))} pictures in {chosen.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
