"""One line of a message: words, code, addresses, names behind an "@", and what is emphasised.

`read` gives a line's tokens in one pass from left to right. No letter is read again more than a
fixed number of times, and what is open at the end of a line was no mark: it is text.
"""

import re
from typing import NamedTuple

from users.names import has_invisible

from .links import PATTERNS, UNSPACED, address_of, end_of_address, end_of_run

STRONG, EMPHASIS, STRIKE = "strong", "em", "s"
# What a run of signs stands for; every other run is text.
_MEANINGS = {
    "*": [EMPHASIS],
    "**": [STRONG],
    "***": [STRONG, EMPHASIS],
    "_": [EMPHASIS],
    "~~": [STRIKE],
}
_NAME = r"\w(?:[\w.\-\u0300-\u036f]{0,80}[\w\u0300-\u036f])?"
_TARGET = r"(?:[^\s()<>\[\]\"]|\([^\s()<>\[\]\"]*+\))++"
_TOKEN = re.compile(
    rf"""
    (?P<ticks>`++)
  | \[(?P<label>[^\[\]]++)\]\((?P<target>(?i:https?://|mailto:)(?=[^\W_]|\[){_TARGET})\)
  | {PATTERNS}
  | (?<![^\W_{UNSPACED}])(?<![^\W_]_)(?<![\\@＠])(?P<call>[@＠](?P<word>(?>{_NAME}))(?![@＠]))
  | (?P<run>\*++|_++|~++)
    """,
    re.VERBOSE,
)
_HAS_TOKENS = re.compile(r"[`*_~\[@＠]|://|www\.", re.IGNORECASE)
_TICKS = [re.compile(rf"(?<!`)`{{{count}}}(?!`)") for count in range(1, 4)]
# A label that is an address itself would lie about where it leads.
_ADDRESS = re.compile(r"://|www\.|\w@\w", re.IGNORECASE)
_SOMETHING = re.compile(r"[^\W_]|[^\x00-\x7f]")
_OPENS_AFTER = re.compile(rf"[\s(\[{{<\"'«‘“„‚‹¡¿—–,;:!?.…*_~{UNSPACED}]")
_OPENS_BEFORE = re.compile(r"[^\W_]|[(\[{<\"'@#$+&`*_~-]|[^\s\x00-\x7f]")
_CLOSES_BEFORE = re.compile(rf"[\s)\]}}>\"'»’”›—–,;:!?.…*_~-]|[{UNSPACED}]")


def is_visible(letter):
    """Return True if `letter` draws something."""
    return not (letter.isspace() or has_invisible(letter))


class Token(NamedTuple):
    """A piece of a line: `text` as it is shown.

    `kind` is "text", "code", "link" (to `value`), "call" (of the name `value`), "open" or "close"
    (of the element `value`).
    """

    kind: str
    text: str = ""
    value: str = ""


def read(line, names=None):
    """Return the Tokens of `line`.

    A name behind an "@" is a "call" if `names`, {word: name}, holds it; `name` is then the part of
    the word that is meant. Without `names` every word behind an "@" is a call.
    """
    if not _HAS_TOKENS.search(line):
        return [Token("text", line)]
    tokens, runs, position = [], [], 0
    run_end = 0
    unpaired = set()  # lengths of runs of backticks that do not come again

    def take(token, start, end):
        nonlocal position
        if start > position:
            tokens.append(Token("text", line[position:start]))
        tokens.append(token)
        position = end

    at = 0
    while found := _TOKEN.search(line, at):
        start, at = found.span()
        match found.lastgroup:
            case "ticks":
                length = len(found["ticks"])
                closing = _closing_ticks(line, at, length, unpaired)
                if closing is not None:
                    take(Token("code", _code(line[at:closing])), start, closing + length)
                    at = position
            case "target":
                label, address = found["label"], _target(found["target"])
                if address and any(map(is_visible, label)) and not _ADDRESS.search(label):
                    take(Token("link", label, address), start, at)
                else:
                    at = start + 1
            case "web" | "www" | "mail" as kind:
                if kind != "mail":
                    run_end = max(run_end, end_of_run(line, max(start, run_end)))
                    at = end_of_address(line, start, run_end)
                if address := address_of(kind, line[start:at]):
                    take(Token("link", line[start:at], address), start, at)
            case "call":
                word = found["word"]
                name = word if names is None else names.get(word)
                # In "@ana/@bruno" a slash stands between two names, elsewhere in a path.
                is_in_path = line[start - 1 : start] == "/" and not (
                    position == start - 1 and tokens and tokens[-1].kind == "call"
                )
                if name is None or is_in_path:
                    at = start + 1
                else:
                    take(Token("call", line[start : start + 1 + len(name)], word), start, at)
                    at = position = start + 1 + len(name)
            case "run" if found["run"] in _MEANINGS:
                runs.append((len(tokens) + (start > position), start, at))
                take(Token("text", found["run"]), start, at)
    if position < len(line):
        tokens.append(Token("text", line[position:]))
    return _paired(line, tokens, runs) if runs else tokens


def _closing_ticks(line, at, length, unpaired):
    """Return where the next run of as many backticks begins, or None."""
    if length > len(_TICKS) or length in unpaired:
        return None
    closing = _TICKS[length - 1].search(line, at)
    if closing is None:
        unpaired.add(length)
        return None
    return closing.start() if line[at : closing.start()].strip() else None


def _code(content):
    """Return what stands between backticks, without the spaces that keep them apart from it."""
    is_padded = content[0] == content[-1] == " "
    return content[1:-1] if is_padded else content


def _target(target):
    return target if target.lower().startswith("mailto:") else address_of("web", target)


def _paired(line, tokens, runs):
    """Return `tokens` with the pairs among `runs` as "open" and "close".

    `runs` are (index in `tokens`, start, end). The nearest run of the same signs opens; what was
    opened between the two is text. So each kind is open once at most, and nothing nests deeply.
    """
    opened = {}  # signs: (index, end), in the order in which they were opened
    meaning = {}  # index: Tokens
    for index, start, end in runs:
        signs = line[start:end]
        if _may_close(line, start, end) and _close(line, index, start, signs, opened, meaning):
            continue
        if _may_open(line, start, end):
            opened.pop(signs, None)
            opened[signs] = (index, end)
    paired = []
    for index, token in enumerate(tokens):
        paired.extend(meaning.get(index) or [token])
    return paired


def _close(line, index, start, signs, opened, meaning):
    if signs == "***" and list(opened)[-2:] in (["**", "*"], ["*", "**"]):
        parts = list(opened)[:-3:-1]
    elif signs in opened:
        parts = [signs]
    else:
        return False
    outermost, end = opened[parts[-1]]
    if _SOMETHING.search(line, end, start) is None:
        del opened[parts[-1]]
        return False
    while (last := opened.popitem())[0] != parts[-1]:
        if last[0] in parts:
            _open(last[1][0], last[0], meaning)
    _open(outermost, parts[-1], meaning)
    elements = [element for part in parts for element in reversed(_MEANINGS[part])]
    meaning[index] = [Token("close", value=element) for element in elements]
    return True


def _open(index, signs, meaning):
    meaning[index] = [Token("open", value=element) for element in _MEANINGS[signs]]


def _may_open(line, start, end):
    before, behind = line[start - 1 : start], line[end : end + 1]
    return bool(
        (start == 0 or _OPENS_AFTER.match(before)) and behind and _OPENS_BEFORE.match(behind)
    )


def _may_close(line, start, end):
    before, behind = line[start - 1 : start], line[end : end + 1]
    return bool(
        start and not before.isspace() and (end == len(line) or _CLOSES_BEFORE.match(behind))
    )
