"""Somebody at a browser: what a person sees and does, by the names of the public contract."""

from playwright.sync_api import expect

NEW_PASSWORD = "a long walk home"


class Person:
    """`page` is a Playwright page in a browser context of this person's own."""

    def __init__(self, name, context, url):
        self.name = name
        self.context = context
        self.url = url
        self.errors = []
        self.forgiven = ()
        self.page = self.new_page()

    def new_page(self):
        """Open a further page (a tab); every error in its console is kept in `errors`."""
        page = self.context.new_page()
        page.on("console", lambda message: message.type == "error" and self.note(message.text))
        page.on("pageerror", lambda error: self.note(str(error)))
        return page

    def note(self, error):
        if not any(part in error for part in self.forgiven):
            self.errors.append(error)

    def forgive(self, *parts):
        """Let errors pass that hold one of `parts`."""
        self.forgiven += parts

    def goto(self, path):
        # Without scripts a room goes on loading: its messages arrive in a frame that never ends.
        self.page.goto(self.url + path, wait_until="domcontentloaded")

    def set_up(self, workspace):
        """Name the workspace at the first visit and become its administrator."""
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
        """Fill in who one is, on the page where one stands, and be let in."""
        fields = {"username": self.name, "email": f"{self.name}@example.com"}
        for name, value in (
            fields | {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        ).items():
            self.page.locator(f"main [name={name}]").fill(value)
        self.page.locator("main form button").last.click()
        expect(self.page.locator("#sidebar")).to_be_attached()

    @property
    def first_room(self):
        """The path of the first room in the list beside the page."""
        return self.page.locator("#sidebar a[href^='/rooms/']").first.get_attribute("href")

    def log_in(self, password="correct horse"):
        self.goto("/accounts/login/")
        form = self.page.locator("form:has([name=login])")
        form.locator("[name=login]").fill(self.name)
        form.locator("[name=password]").fill(password)
        form.locator("button:not([formaction])").last.click()
        expect(self.page.locator("#sidebar")).to_be_attached()

    def join_or_create(self, room_name):
        """Type a room's name on the page of rooms; return the room's path."""
        self.goto("/")
        form = self.page.locator("form[action='/rooms/']:has([name=name])").first
        form.locator("[name=name]").fill(room_name)
        form.locator("[name=name]").press("Enter")
        self.page.wait_for_url("**/rooms/*/", wait_until="domcontentloaded")
        return self.page.url.removeprefix(self.url)

    def read_plainly(self, path):
        """Choose, without scripts and for good, a room's page of links and forms alone."""
        self.goto(f"{path}?reading=plain")
        self.page.locator("form:has([name=reading]) button").click()
        expect(self.page.locator("iframe")).to_have_count(0)

    @property
    def composer(self):
        return self.page.locator("#compose [name=body]")

    @property
    def bodies(self):
        """The texts of the log, in the order of the page."""
        return self.page.locator("#messages .message .message-body")

    def message(self, text):
        return self.page.locator(".message", has_text=text)

    def choose(self, text, control):
        """Point at the message with `text` and click one of its controls, by its word."""
        self.message(text).hover()
        self.message(text).get_by_text(control, exact=True).click()

    def is_connected(self):
        """Wait until the page takes part in the room: its person is among those who are here."""
        expect(self.page.locator("#people")).to_contain_text(self.name)

    def write(self, text):
        """Type into the composer, key by key."""
        self.composer.press_sequentially(text)

    def say(self, text):
        """Write and send by the keyboard; wait until it stands in the log."""
        self.write(text)
        self.composer.press("Enter")
        expect(self.bodies.last).to_have_text(text)

    def post(self, text):
        """Write and send by the button, as one does without scripts."""
        self.composer.fill(text)
        self.page.locator("#compose button").first.click()

    def sees(self, *texts):
        """Wait until the log holds exactly these texts, in this order."""
        expect(self.bodies).to_have_text(list(texts))
