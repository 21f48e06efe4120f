"""Somebody in front of a screen."""

from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.e2e.process import ShopProcess

expect.set_options(timeout=15_000)
_LOSS = ("net::ERR_", "WebSocket connection to")


class Person:
    """A window with one page, the chat in it, and what its console said."""

    def __init__(self, shop: ShopProcess, context: BrowserContext, page: Page) -> None:
        self.shop = shop
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self.may_lose_connection = False
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    @classmethod
    async def arrive(cls, browser: Browser, shop: ShopProcess, token: str = "", **window: Any) -> "Person":
        """Open a window, signed in with a session's token if there is one."""
        size = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **window}
        context = await browser.new_context(base_url=shop.url, locale="en-US", **size)
        if token:
            await context.add_init_script(
                f"localStorage.getItem('storewright.token') ?? localStorage.setItem('storewright.token', '{token}')"
            )
        return cls(shop, context, await context.new_page())

    def _heard(self, message: ConsoleMessage) -> None:
        lost = self.may_lose_connection and any(word in message.text for word in _LOSS)
        if message.type in ("error", "warning") and not lost:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def see(self, hook: str, text: str | None = None) -> Locator:
        """What carries a hook, on the page or in the chat."""
        found = self.page.get_by_test_id(hook)
        return found.filter(has_text=text) if text else found

    async def sign_in(self, note: str) -> None:
        """Choose a customer of the demo shop; ends on the account page."""
        await self.page.goto("/sign-in")
        await self.see("demo-customer", note).click()
        await self.page.wait_for_url("**/account")
        await expect(self.see("order").first).to_be_visible()

    async def open_chat(self) -> None:
        """Open the chat and wait until it is connected."""
        await self.see("launcher").click()
        await self.connected()

    async def connected(self) -> None:
        """Wait until the chat is connected."""
        await expect(self.see("panel")).to_have_attribute("data-phase", "online", timeout=60_000)

    async def say(self, text: str) -> Locator:
        """Send a message; returns the last thing the shop said once the answer is complete."""
        said = await self.see("user-message").count()
        answered = await self.see("assistant-message").count()
        await self.see("composer").fill(text)
        await self.see("send").click()
        await expect(self.see("user-message")).to_have_count(said + 1)
        await expect(self.see("assistant-message").nth(answered)).to_be_visible()
        await self.answered()
        return self.see("assistant-message").last

    async def answered(self) -> None:
        """Wait until nothing is being said or done any more."""
        await expect(self.see("activity")).to_have_count(0)
        await expect(self.see("assistant-message").last).to_have_attribute("data-done", "true")

    async def card(self, status: str = "open") -> str:
        """Wait for the only confirmation card to have a status; returns the proposal's id."""
        await expect(self.see("proposal-card")).to_have_count(1)
        await expect(self.see("proposal-card")).to_have_attribute("data-status", status)
        return str(await self.see("proposal-card").get_attribute("data-proposal"))

    async def messages(self) -> list[str]:
        """Everything in the log, in order."""
        bubbles = self.page.locator("[data-testid=user-message] .bubble, [data-testid=assistant-message] .prose")
        return [text.strip() for text in await bubbles.all_inner_texts()]

    async def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(await self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))
