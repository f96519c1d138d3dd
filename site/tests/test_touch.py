"""On a narrow touch screen, a message's controls do not cover its text."""

import pytest
from playwright.sync_api import expect

ARABIC = "مرحبا يا أصدقائي، هذه رسالة طويلة بما يكفي لتملأ السطر الأول كله وأكثر من ذلك."
TEXTS = [
    "The first, under whose name the others stand",
    "A message that fills its first line, and goes on below it, as most of them do.",
    ARABIC,
    "```\nx = 'a line of code that is wider than the screen is, so that it must scroll'\n```",
    "> a quotation that fills its first line, and goes on below it",
    "- an entry of a list that fills its first line, and goes on below it",
    f"> {ARABIC}",
    "https://example.com/an/address/without/any/space/that/is/wider/than/the/screen",
]
# For each message, true if a control covers a letter of its text.
COVERED = """
messages => messages.map(message => {
  const controls = [...message.querySelectorAll("summary")]
    .map(link => link.getBoundingClientRect()).filter(box => box.width)
    .map(box => ({left: box.left, right: box.right, middle: (box.top + box.bottom) / 2}));
  const body = message.querySelector(".message-body"), shown = body.getBoundingClientRect();
  const letters = [], texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    letters.push(...range.getClientRects());
  }
  return [controls.length, letters.some(box => controls.some(control =>
    box.left < control.right - 1 && Math.min(box.right, shown.right) > control.left + 1
    && box.top < control.middle && box.bottom > control.middle))];
})
"""


@pytest.mark.browser
def test_on_touch_the_controls_cover_no_text(browser, person, meet):
    writer = person("ana", width=320)
    room = meet(writer)
    for number, text in enumerate(TEXTS, 1):
        writer.composer.fill(text)
        writer.composer.press("Enter")
        expect(writer.bodies).to_have_count(number)
    context = browser.new_context(
        viewport={"width": 320, "height": 1400},
        has_touch=True,
        is_mobile=True,
        storage_state=writer.context.storage_state(),
    )
    page = context.new_page()
    page.goto(f"{writer.url}{room}")
    covered = page.locator("#messages .message").evaluate_all(COVERED)
    context.close()
    assert covered == [[1, False]] * len(TEXTS)
