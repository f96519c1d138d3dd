"""Find the pairs of signs in a line that make words bold, italic or struck through."""

import re

from .links import UNSPACED
from .tokens import Token

STRONG, EMPHASIS, STRIKE = "strong", "em", "s"
# The meaning of each run of signs; every other run is text.
MEANINGS = {
    "*": [EMPHASIS],
    "**": [STRONG],
    "***": [STRONG, EMPHASIS],
    "_": [EMPHASIS],
    "~~": [STRIKE],
}
_SOMETHING = re.compile(r"[^\W_]|[^\x00-\x7f]")
_OPENS_AFTER = re.compile(rf"[\s(\[{{<\"'«‘“„‚‹¡¿—–,;:!?.…*_~{UNSPACED}]")
_OPENS_BEFORE = re.compile(r"[^\W_]|[(\[{<\"'@#$+&`*_~-]|[^\s\x00-\x7f]")
_EMOJI = re.compile(r":[a-z0-9_+\-]{1,60}+:")
_CLOSES_BEFORE = re.compile(rf"[\s)\]}}>\"'»’”›—–,;:!?.…*_~-]|[{UNSPACED}]")


def paired(line, tokens, runs):
    """Return `tokens` with the pairs among `runs` as "open" and "close".

    `runs` are (index in `tokens`, start, end). A run closes the nearest earlier run of the same
    signs; runs opened between the two are text. So each kind is open at most once, and nothing
    nests deeply.
    """
    opened = {}  # signs: (index, end), in order of opening
    meaning = {}  # index: Tokens
    for index, start, end in runs:
        signs = line[start:end]
        if may_close(line, start, end) and _close(line, index, start, signs, opened, meaning):
            continue
        if may_open(line, start, end):
            opened.pop(signs, None)
            opened[signs] = (index, end)
    result = []
    for index, token in enumerate(tokens):
        result.extend(meaning.get(index) or [token])
    return result


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
    elements = [element for part in parts for element in reversed(MEANINGS[part])]
    meaning[index] = [Token("close", value=element) for element in elements]
    return True


def _open(index, signs, meaning):
    meaning[index] = [Token("open", value=element) for element in MEANINGS[signs]]


def may_open(line, start, end):
    """Return True if the signs from `start` to `end` can begin emphasis."""
    before, behind = line[start - 1 : start], line[end : end + 1]
    is_before = _OPENS_BEFORE.match(behind) or _EMOJI.match(line, end)
    return bool((start == 0 or _OPENS_AFTER.match(before)) and is_before)


def may_close(line, start, end):
    """Return True if the signs from `start` to `end` can end emphasis."""
    before, behind = line[start - 1 : start], line[end : end + 1]
    return bool(
        start and not before.isspace() and (end == len(line) or _CLOSES_BEFORE.match(behind))
    )
