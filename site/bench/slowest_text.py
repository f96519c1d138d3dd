"""Searches for the text that is slowest to parse: `PYTHONPATH=site python -m bench.slowest_text`.

Hypothesis builds bodies of maximum length from repeated fragments and continues from the slowest
(https://hypothesis.readthedocs.io, "Targeted property-based testing"). For each function that
parses a body it prints the slowest texts and those with the most HTML. `--examples` is the number
of texts to try.
"""

import argparse
import os
import time

import django
from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st

FRAGMENTS = [
    *("*", "**", "***", "_", "__", "~~", "`", "``", "```", "````", "> ", ">", "- ", "* ", "  - "),
    *("[", "]", "(", ")", "[a](", "](", "[a](http://x", "[a](http://x.y)", "\\", "|", "&", "<"),
    *("http://", "https://a.b", "www.", "www.a.b", "a@b.cc", "://", "@", "＠", "@a", "@a.b.c.d.e"),
    *("@here", "@bruno", ".", "-", "_a", "a", "word", "é", "你好", "ツ", "😀", "e\u0301", "\u200b"),
    *(" ", "\n", "\n\n", "\t", "1. ", '"', "'", "…", "。", "（", "http://é.é", "+", "#", "%"),
]
SHOWN = 5


def main():
    options = argparse.ArgumentParser("bench.slowest_text", description=__doc__)
    options.add_argument("--examples", type=int, default=2_000)
    examples = options.parse_args().examples
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tertulia.settings")
    django.setup()
    for name, work in what_is_done().items():
        slowest(name, work, examples)


def what_is_done():
    """Return {name: function of a body} for all functions that parse a message's text."""
    from messaging.markdown import rendering
    from messaging.mentions import parsing
    from messaging.search import index

    terms = index.terms_of('a word "you said" http')

    def everybody(found):
        names = {word: parsing.names_in(word)[-1:] for word in found[: parsing.MOST_WORDS]}
        return {
            word: rendering.Mark(name, "7", f"/people/{name}/")
            for word, ends in names.items()
            for name in ends
        }

    return {
        "drawing a body": lambda body: rendering.render_body(body, everybody),
        "asking whether it shows anything": lambda body: str(rendering.shows_nothing(body)),
        "marking what was searched for": lambda body: index.mark(body, terms),
        "reading the words of a search": lambda body: str(index.terms_of(body)),
    }


def slowest(name, work, examples):
    from messaging.message.models import BODY_LIMIT

    tried = {}
    fragments = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=6).map("".join)

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.target],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(fragments, min_size=1, max_size=2), st.integers(0, BODY_LIMIT))
    def search(units, share):
        lengths = (share, BODY_LIMIT - share) if len(units) == 2 else (BODY_LIMIT,)
        body = "".join(
            (unit * (length // len(unit) + 1))[:length]
            for unit, length in zip(units, lengths, strict=True)
        )
        seconds, result = measured(work, body)
        tried[tuple(units)] = (seconds, len(result))
        target(seconds * 1000)

    search()
    print(f"{name}: {len(tried)} texts of {BODY_LIMIT} letters")
    for number, unit in enumerate(("ms", "letters")):
        for units in sorted(tried, key=lambda units: tried[units][number], reverse=True)[:SHOWN]:
            value = tried[units][number] * (1000 if unit == "ms" else 1)
            print(f"  {value:9,.1f} {unit:8} {' then '.join(map(repr, units))}")


def measured(work, body):
    """Return (seconds of processor time, the result), the faster of two runs."""
    times = []
    for _ in range(2):
        begun = time.process_time()
        result = work(body)
        times.append(time.process_time() - begun)
    return min(times), result


if __name__ == "__main__":
    main()
