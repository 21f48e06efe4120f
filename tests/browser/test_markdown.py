"""What an answer may become on the page: words, marks and links, and nothing that runs or calls home."""

import json

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.browser.conftest import Arrive
from tests.browser.person import Person
from tests.e2e.process import ShopProcess

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def hear(person: Person, text: str) -> None:
    """Have the next answer say exactly this."""

    def relay(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        left = [text]

        def passes(frame: str | bytes) -> None:
            event = json.loads(frame)
            if event["type"] == "TEXT_MESSAGE_CONTENT":
                event["delta"] = left.pop() if left else ""
            page.send(json.dumps(event))

        server.on_message(passes)

    await person.page.route_web_socket("**/ws/chat", relay)
    await person.page.goto("/")
    await person.open_chat()
    await person.say("hello")


async def test_markdown_becomes_marks_lists_and_tables(shop: ShopProcess, arrive: Arrive) -> None:
    visitor = await arrive(shop)
    await hear(visitor, "**Bold** and `code`\nnext line\n\n3. three\n4. four\n\n|Size|\n|-|\n|Large|\n")
    prose = visitor.page.locator("[data-testid=assistant-message] .prose")
    await expect(prose.locator("strong")).to_have_text("Bold")
    await expect(prose.locator("code")).to_have_text("code")
    await expect(prose.locator("br")).to_have_count(1)
    await expect(prose.locator("ol[start='3'] > li")).to_have_text(["three", "four"])
    await expect(prose.locator("table td")).to_have_text("Large")


async def test_html_and_pictures_in_an_answer_stay_words(shop: ShopProcess, arrive: Arrive) -> None:
    visitor = await arrive(shop)
    await hear(
        visitor, "<img src=x onerror=alert(1)> <script>alert(2)</script> ![a picture](https://spy.example/x.png)"
    )
    prose = visitor.page.locator("[data-testid=assistant-message] .prose")
    await expect(prose).to_contain_text("<img src=x onerror=alert(1)> <script>alert(2)</script> a picture")
    await expect(prose.locator("img, script")).to_have_count(0)


async def test_links_lead_only_where_a_browser_shows_pages(shop: ShopProcess, arrive: Arrive) -> None:
    visitor = await arrive(shop)
    await hear(
        visitor, "[bad](javascript:alert(1)) [worse](data:text/html,x) [away](https://a.example/x) [here](/account)"
    )
    prose = visitor.page.locator("[data-testid=assistant-message] .prose")
    await expect(prose).to_have_text("bad worse away here")
    await expect(prose.locator("a")).to_have_text(["away", "here"])
    await expect(prose.locator("a").first).to_have_attribute("target", "_blank")
    await expect(prose.locator("a").last).not_to_have_attribute("target", "_blank")
