"""Parse one line of a message: words, code, addresses, names after an "@", emoji, emphasis.

`read` returns a line's tokens in one pass from left to right. Each character is read a bounded
number of times. Signs without a closing sign in the same line are text.
"""

import re

from core.emoji.table import emoji_of

from .emphasis import MEANINGS, paired
from .links import PATTERNS, UNSPACED, address_of, end_of_address, end_of_run
from .tokens import Token, is_visible

_NAME = r"\w(?:[\w.\-\u0300-\u036f]{0,80}[\w\u0300-\u036f])?"
_TARGET = r"(?:[^\s()<>\[\]\"]|\([^\s()<>\[\]\"]*+\))++"
_TOKEN = re.compile(
    rf"""
    (?P<ticks>`++)
  | \[(?P<label>(?:[^\[\]]|\[[^\[\]]*+\])++)\]\((?P<target>(?i:https?://|mailto:)(?=[^\W_]|\[){_TARGET})\)
  | {PATTERNS}
  | (?<![^\W_{UNSPACED}])(?<![^\W_]_)(?<![\\@＠])(?P<call>[@＠](?P<word>(?>{_NAME}))(?![@＠]))
  | (?<![^\W_{UNSPACED}])(?<![\\/&#＃])(?P<hash>[#＃])(?=[^\s#＃@＠])
  | (?<![^\W{UNSPACED}])(?P<emoji>:(?P<code>[a-z0-9_+\-]{{1,60}}+):)(?![^\W{UNSPACED}])
  | (?P<run>\*++|_++|~++)
    """,
    re.VERBOSE,
)
_HAS_TOKENS = re.compile(r"[`*_~\[@＠#＃]|:[a-z0-9/_+\-]|www\.", re.IGNORECASE)
_PHRASE = re.compile(r"[^\n@＠#＃]{1,80}")
_TICKS = [re.compile(rf"(?<!`)`{{{count}}}(?!`)") for count in range(1, 4)]
# A label that looks like an address could mislead about the target of the link.
_ADDRESS = re.compile(r"://|www\.|\w@\w", re.IGNORECASE)


def read(line, names=None):
    """Return the Tokens of `line`.

    The text after an "@" or "#" is a "call" if `names`, {phrase: name}, has the phrase that begins
    there; `name` is the part of it that is a name. Without `names` each of them is a call.
    """
    if not _HAS_TOKENS.search(line):
        return [Token("text", line)]
    reader = _Reader(line, names)
    while found := _TOKEN.search(line, reader.at):
        reader.take(found)
    return reader.tokens()


class _Reader:
    """Reads a line from left to right. `at` is the next position."""

    def __init__(self, line, names):
        self.at = 0
        self._line = line
        self._names = names
        self._tokens = []
        self._taken = 0  # text before this position has a token
        self._runs = []  # of signs: (index in the tokens, start, end)
        self._unpaired = set()  # lengths of backtick runs without a closing run
        self._run_end = 0  # the end of the characters that are valid in an address

    def tokens(self):
        self._take_text(len(self._line))
        return paired(self._line, self._tokens, self._runs) if self._runs else self._tokens

    def take(self, found):
        """Add the token that `_TOKEN` has found, or leave it as text."""
        self.at = found.end()
        match found.lastgroup:
            case "ticks":
                self._take_code(found)
            case "target":
                self._take_words_with_link(found)
            case "web" | "www" | "mail" as kind:
                self._take_address(found, kind)
            case "call" | "hash":
                self._take_call(found)
            case "emoji":
                self._take_emoji(found)
            case "run":
                self._take_signs(found)

    def _take_code(self, found):
        length = len(found["ticks"])
        closing = self._closing_ticks(length)
        if closing is not None:
            content = self._line[self.at : closing]
            is_padded = content[0] == content[-1] == " "
            code = content[1:-1] if is_padded else content
            self._add(Token("code", code), found.start(), closing + length)

    def _closing_ticks(self, length):
        """Return the position of the next run of the same number of backticks, or None."""
        if length > len(_TICKS) or length in self._unpaired:
            return None
        closing = _TICKS[length - 1].search(self._line, self.at)
        if closing is None:
            self._unpaired.add(length)
            return None
        return closing.start() if self._line[self.at : closing.start()].strip() else None

    def _take_words_with_link(self, found):
        label, target = found["label"], found["target"]
        is_mail = target.lower().startswith("mailto:")
        address = target if is_mail else address_of("web", target)
        if address and any(map(is_visible, label)) and not _ADDRESS.search(label):
            self._add(Token("link", label, address), *found.span())
        else:
            self.at = found.start() + 1

    def _take_address(self, found, kind):
        start = found.start()
        if kind != "mail":
            run = end_of_run(self._line, max(start, self._run_end))
            self._run_end = max(self._run_end, run)
            self.at = end_of_address(self._line, start, self._run_end)
        typed = self._line[start : self.at]
        if address := address_of(kind, typed):
            self._add(Token("link", typed, address), start, self.at)

    def _take_call(self, found):
        start, sign = found.start(), found["hash"] and "#"
        phrase = (sign or "") + _PHRASE.match(self._line, start + 1)[0].rstrip()
        # What is found here may be code or an address in the end: without names take one word only.
        name = found["word"] or "" if self._names is None else self._names.get(phrase)
        if name is None or self._is_in_path(start):
            self.at = start + 1
        else:
            end = start + 1 + len(name)
            self._add(Token("call", self._line[start:end], phrase), start, end)

    def _is_in_path(self, start):
        """Return True if a slash precedes `start`, unless it separates two names: @ana/@bruno."""
        if self._line[start - 1 : start] != "/":
            return False
        is_behind_token = self._tokens and self._taken == start - 1
        return not (is_behind_token and self._tokens[-1].kind == "call")

    def _take_emoji(self, found):
        start = found.start()
        emoji = emoji_of(found["code"])
        is_behind_emoji = start == self._taken and self._tokens and self._tokens[-1].kind == "emoji"
        if emoji is None or (self._line[start - 1 : start] == ":" and not is_behind_emoji):
            self.at = found.end() - 1
        else:
            self._add(Token("emoji", emoji), *found.span())

    def _take_signs(self, found):
        if found["run"] in MEANINGS:
            self._take_text(found.start())
            self._runs.append((len(self._tokens), *found.span()))
            self._add(Token("text", found["run"]), *found.span())

    def _add(self, token, start, end):
        self._take_text(start)
        self._tokens.append(token)
        self._taken = self.at = end

    def _take_text(self, end):
        if end > self._taken:
            self._tokens.append(Token("text", self._line[self._taken : end]))
            self._taken = end
