"""Drives a text browser in a real terminal through tmux: sends keys and reads the screen."""

import re
import subprocess
import time
import uuid

from .servers import ROOT

WAIT_SECONDS = 15
LINES = 100
# The editor that w3m opens for a text area: it writes the text that the test has prepared.
EDITOR = '#!/bin/sh\ncat "$HOME/words" > "$1"\n'


class Terminal:
    """`folder` is the program's home."""

    def __init__(self, folder):
        self.folder = folder
        self.socket = f"tertulia-{uuid.uuid4().hex}"  # other runs of the tests have theirs

    def open(self, *command):
        """Run a program in a terminal of 100 columns."""
        editor = self.folder / "editor"
        editor.write_text(EDITOR)
        editor.chmod(0o755)
        environment = ["env", f"HOME={self.folder}", f"EDITOR={editor}", "LANG=C.UTF-8"]
        size = ["-x", "100", "-y", str(LINES)]
        self.tmux("-f", "/dev/null", "new-session", "-d", *size, *environment, *command)

    def close(self):
        self.tmux("kill-server")

    def tmux(self, *arguments):
        command = ["tmux", "-L", self.socket, *arguments]
        return subprocess.run(command, cwd=ROOT, check=True, text=True, capture_output=True).stdout

    @property
    def screen(self):
        return self.tmux("capture-pane", "-p")

    @property
    def cursor(self):
        """Return the cursor's position: (column, line)."""
        column, line = self.tmux("display", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(line)

    def lines(self, number):
        """Return this number of lines of the screen, from the cursor's line on."""
        line = self.cursor[1]
        return "\n".join(self.screen.split("\n")[line : line + number])

    def press(self, *keys):
        """Press keys by their names in tmux, for example "Enter" or "Tab"."""
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def log_in(self, site, name, to="/"):
        """Log in a member of the cast, beginning with the form; end on the page `to`."""
        self.visit(f"{site}/accounts/login/?next={to}")
        self.shows("Log in")
        self.fill("Username", name)
        self.fill_password(self.PASSWORD, "correct horse")
        self.press("Tab", "Enter")

    def sign_up(self, name):
        """Create an account, starting at the first page, and log in with it."""
        self.follow("Sign up")
        self.shows("(?s)Sign up.*again")
        self.fill("Username", name)
        self.fill("mail", f"{name}@example.com")
        for label in ("Password", "again"):
            self.fill_password(label, "a long walk home")
        self.press("Tab", "Enter")
        self.shows("Log out")

    def shows(self, pattern):
        """Wait until the screen matches a regular expression."""
        self.wait(lambda: re.search(pattern, self.screen), pattern)

    def wait(self, condition, what):
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            assert time.monotonic() < deadline, f"no {what!r} on:\n{self.screen}"
            time.sleep(0.02)


class W3m(Terminal):
    """w3m, a browser without scripts or styles."""

    PASSWORD = "^ *Password"  # the label of the form to log in

    def visit(self, url):
        cookies = ["-cookie", "-o", "accept_cookie=1", "-o", "confirm_qq=0"]
        self.open("w3m", *cookies, "-o", "use_mouse=0", url)

    def find(self, pattern):
        """Go to the first match in the page."""
        self.press("g", "/")
        self.answer("Forward:", pattern)

    def follow(self, link):
        """Go along a link, or press a button, by its words."""
        self.find(link)
        self.press("Enter")

    def fill(self, label, text, prompt="TEXT:"):
        """Write into the field that comes after a label."""
        self.find(label)
        self.press("Tab", "Enter")
        self.answer(prompt, text)

    def fill_password(self, label, password):
        self.fill(label, password, prompt="Password:")

    def answer(self, prompt, text):
        """Answer w3m's prompt in its last line; wait until the cursor is back in the page."""
        self.shows(f"(?m)^{prompt}")
        self.type(text)
        self.press("Enter")
        self.wait(lambda: self.cursor[1] < LINES - 1, "cursor")

    def fill_area(self, label, text):
        """Write into the text area after a label, with the editor."""
        (self.folder / "words").write_text(text)
        self.find(label)
        self.press("Tab", "Enter")
        self.shows(re.escape(text.splitlines()[0]))


class Lynx(Terminal):
    """Lynx, in which a selected field takes keys as text."""

    PASSWORD = "Password"

    def visit(self, url):
        # With the rest of pytest's environment it hangs before its first request.
        # `-partial` turns partial display off, so that keys act on a complete page.
        clean = ["env", "-i", f"HOME={self.folder}", "PATH=/usr/bin:/bin", "TERM=screen"]
        options = ["-accept_all_cookies", "-nopause", "-partial"]
        self.open(*clean, "LANG=C.UTF-8", "lynx", *options, url)

    def find(self, words):
        """Go to the first place in the page with these words."""
        while self.is_in_field:  # in a field, keys are text
            self.tab()
        self.press("C-a", "/")
        self.shows("(?m)^Enter a")
        self.press("C-u")
        self.type(words)
        self.press("Enter")
        self.wait(lambda: not re.search("(?m)^Enter a", self.screen), "the place")
        self.wait(self.is_drawn, "a whole page")

    def follow(self, link):
        """Go along a link, or press a button, by its words."""
        self.find(link)
        self.press("Enter")

    def fill(self, label, text):
        """Write into the first field after a label, or after a link with that text."""
        self.find(label)
        while not self.is_in_field:
            self.tab()
        self.press("C-u")
        self.type(text)

    fill_password = fill

    @property
    def is_in_field(self):
        return "Enter text" in self.screen

    def tab(self):
        """Go to the next link or field."""
        place = self.cursor
        self.press("Tab")
        self.wait(lambda: self.cursor != place and self.is_drawn(), "next link")

    def is_drawn(self):
        """Return True if the cursor is in the page, and not where Lynx is still drawing a line.

        Lynx draws its lines from above, and goes back into the page at the end.
        """
        drawn = self.cursor, self.screen
        return drawn[0][1] < LINES - 4 and drawn == (self.cursor, self.screen)
