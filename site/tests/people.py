"""A user at a browser: what they see and do, by the ids and names of the public contract."""

import re

from playwright.sync_api import expect

NEW_PASSWORD = "a long walk home"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
# As chat.js loads them: a submit before that posts the form, without the scripts.
LOAD_SCRIPTS = """async () => {
    const { input } = document.getElementById("files").dataset
    for (const name of input.split(" ")) await import(name + "#undefined")
}"""


class Person:
    """A user with a browser context of their own; `page` is its Playwright page."""

    def __init__(self, name, context, url):
        self.name = name
        self.context = context
        self.url = url
        self.errors = []
        self.forgiven = ()
        self.page = self.new_page()

    def new_page(self):
        """Open another tab; `errors` collects every error in its console."""
        page = self.context.new_page()
        page.on("console", lambda message: message.type == "error" and self.note(message.text))
        page.on("pageerror", lambda error: self.note(str(error)))
        return page

    def note(self, error):
        if not any(part in error for part in self.forgiven):
            self.errors.append(error)

    def forgive(self, *parts):
        """Ignore errors that contain one of `parts`."""
        self.forgiven += parts

    def goto(self, path):
        # Without scripts a room never finishes loading: its messages arrive in an endless iframe.
        self.page.goto(self.url + path, wait_until="domcontentloaded")

    def set_up(self, workspace):
        """Name the workspace on the setup page and become its administrator."""
        self.goto("/")
        expect(self.page).to_have_url(f"{self.url}/setup/")
        self.page.locator("main [name=workspace]").fill(workspace)
        self.page.locator("main [name=signup][value=open]").check()
        self.make_account()

    def sign_up(self):
        self.goto("/")
        self.page.locator("a[href*='/accounts/signup/']").first.click()
        self.make_account()

    def make_account(self):
        """Fill in the sign-up form on the current page and log in with it."""
        fields = {"username": self.name, "email": f"{self.name}@example.com"}
        for name, value in (
            fields | {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        ).items():
            self.page.locator(f"main [name={name}]").fill(value)
        self.page.locator("main form button").last.click()
        expect(self.page.locator("#sidebar")).to_be_attached()

    @property
    def heard(self):
        """Return the nodes of the page's accessibility tree that screen readers get."""
        session = self.context.new_cdp_session(self.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        return [node for node in nodes if not node["ignored"]]

    @property
    def first_room(self):
        """Return the path of the first room in the sidebar."""
        return self.page.locator("#sidebar a[href^='/rooms/']").first.get_attribute("href")

    def log_in(self, password="correct horse"):
        self.goto("/accounts/login/")
        form = self.page.locator("form:has([name=login])")
        form.locator("[name=login]").fill(self.name)
        form.locator("[name=password]").fill(password)
        form.locator("button:not([formaction])").last.click()
        expect(self.page.locator("#sidebar")).to_be_attached()

    def join_or_create(self, room_name):
        """Post the form that names a room, open the room and return its path.

        No page with that form is drawn: most tests begin with a room.
        """
        page = self.context.request.get(f"{self.url}/people/").text()
        token = TOKEN.search(page)[1]
        fields = {"name": room_name, "csrfmiddlewaretoken": token}
        answer = self.context.request.post(
            f"{self.url}/rooms/", form=fields, headers={"Origin": self.url}, max_redirects=0
        )
        assert answer.status == 302, answer.text()
        path = answer.headers["location"]
        self.goto(path)
        return path

    def read_plainly(self, path):
        """Choose a room's plain page, with links and forms only, as the user's reading mode."""
        self.goto(f"{path}?reading=plain")
        self.page.locator("form:has([name=reading]) button").click()
        expect(self.page.locator("iframe")).to_have_count(0)

    @property
    def composer(self):
        return self.page.locator("#compose [name=body]")

    @property
    def bodies(self):
        """Return the texts of the messages, in the page's order."""
        return self.page.locator("#messages .message .message-body")

    def message(self, text):
        return self.page.locator(".message", has_text=text)

    def choose(self, text, control):
        """Hover over the message with `text` and click its control with this label."""
        self.message(text).hover()
        self.message(text).get_by_text(control, exact=True).click()

    def is_connected(self):
        """Wait until the page is connected: its user is in the list of those present."""
        name = re.compile(re.escape(self.name))
        self.page.locator("#people", has_text=name).wait_for(state="attached")

    def write(self, text):
        """Type into the composer, key by key."""
        self.composer.press_sequentially(text)

    def attach(self, *files, field="#files"):
        """Choose files in the composer, and wait until the scripts that take them are there."""
        self.page.locator(field).set_input_files(list(files))
        self.page.evaluate(LOAD_SCRIPTS)

    def say(self, text):
        """Write and send with the keyboard; wait until the message is in the log."""
        self.write(text)
        self.composer.press("Enter")
        expect(self.bodies.last).to_have_text(text)

    def post(self, text):
        """Write and send with the button, as users without scripts do."""
        self.composer.fill(text)
        self.page.locator("#compose button").first.click()

    def sees(self, *texts):
        """Wait until the log has exactly these texts, in this order."""
        expect(self.bodies).to_have_text(list(texts))
