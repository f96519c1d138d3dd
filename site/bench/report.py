"""Formats the results: a table of fan-out, a table of the rest, and the required bars."""

import math
from statistics import median

BARE = "bare uvicorn"
STOCK = "stock, "
AT = (1_000, 4_000)  # numbers of readers with a required bar
MEMORY_AT = {1_000: 32, 4_000: 25}  # KiB a reader at most, which includes what the first one needs
TENTHS = ("memory", "messages_a_frame")
COUNTS = ("lost", "repeated", "disordered", "errors")


def fanout_table(rounds):
    """Return a table of the medians of `rounds`, a list of lists of Fanout."""
    headings = ["system", "readers", "deliveries/s", "per CPU s", "KiB/reader", "messages/frame"]
    headings += ["lost", "repeated", "disordered", "errors", "server", "generator"]
    rows = []
    for results in grouped(rounds).values():
        row = [results[0].system, f"{results[0].readers:,}"]
        row += [f"{middle(results, name):,.0f}" for name in ("rate", "rate_a_cpu")]
        row += [f"{middle(results, name):,.1f}" for name in TENTHS]
        row += [f"{total(results, name):,}" for name in COUNTS]
        row += [f"{middle(results, name):.0%}" for name in ("server_busy", "generator_busy")]
        rows.append(row)
    return table(headings, rows)


def single_table(rounds):
    """Return a table of the latencies of one message at a time, in milliseconds."""
    rows = []
    for (system, readers), results in grouped(rounds).items():
        more = over_bare(rounds, system, readers)
        row = [system, f"{readers:,}"]
        row += [f"{middle(results, name):,.1f}" for name in ("p50", "p99")]
        rows.append([*row, f"{median(more):+,.1f}" if more else ""])
    return table(["one message at a time", "readers", "p50 ms", "p99 ms", "p50 − bare"], rows)


def over_bare(rounds, system, readers):
    """Return the system's p50 − that of the bare server, for each round with both."""
    pairs = []
    for results in rounds:
        p50 = {result.system: result.p50 for result in results if result.readers == readers}
        if {system, BARE} <= p50.keys() and system != BARE:
            pairs.append(p50[system] - p50[BARE])
    return pairs


def grouped(rounds):
    """Return the results of all rounds by (system, readers), in the order of measurement."""
    groups = {}
    for results in rounds:
        for result in results:
            groups.setdefault((result.system, result.readers), []).append(result)
    return groups


def middle(results, name):
    return median(getattr(result, name) for result in results)


def total(results, name):
    return sum(getattr(result, name) for result in results)


def figures_table(figures):
    """Return a table of the medians of `figures`, {(figure, system): [a value per round]}."""
    rows = [[*key, f"{median(values):,.2f}"] for key, values in figures.items()]
    return table(["figure", "system", "median"], rows)


def table(headings, rows):
    """Return plain text in columns, the first aligned left, the others right."""
    widths = [max(len(row[column]) for row in [headings, *rows]) for column in range(len(headings))]
    lines = []
    for row in [headings, ["-" * width for width in widths], *rows]:
        cells = [row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def bars(rounds, figures, products):
    """Return a sentence for each measured bar that says whether it is met."""
    lines = []
    for product in products:
        lines += fanout_bars(rounds, product)
    for (figure, system), values in figures.items():
        for words, of, limit, at_least in FIGURE_BARS:
            if words in figure and of in system:
                lines.append(verdict(f"{figure}, {system}", median(values), limit, at_least))
    return lines + generator_bars(rounds)


FIGURE_BARS = [  # (words in the figure's name, in the system's name, the limit, True for a minimum)
    ("posts/s, one process", "Tertulia, SQLite", 1_000, True),
    ("posts/s, one process", "Tertulia, PostgreSQL", 700, True),
    (" ÷ 1,000 messages", "Tertulia", 1.2, False),
    ("search, the commonest word, ms", "Tertulia", 50, False),
    ("search, a part of most messages, ms", "Tertulia", 50, False),
    ("search, a rare word's beginning, ms", "Tertulia", 100, False),
    ("back after a restart, s until", "Tertulia", 3, False),
    ("pages at once, p99 s", "Tertulia", 10, False),
    ("fragments a reader and s", "Tertulia", 5, False),
    ("one reaction, p99 ms", "Tertulia", 100, False),
    (" reactions a message ÷ none", "Tertulia", 1.2, False),
    ("50 MB upload, 1 at once, MiB", "Tertulia", 16, False),
    ("50 MB upload, 1 at once, loop", "Tertulia", 50, False),
    ("50 MB upload, 4 at once, MiB", "Tertulia", 32, False),
    ("50 MB upload, 4 at once, loop", "Tertulia", 100, False),
    ("unfinished forms, MiB", "Tertulia", 20, False),
    ("50 MB download, MiB", "Tertulia", 8, False),
    ("50 MB download, ms to the first byte", "Tertulia", 50, False),
    ("50 MB download, MB/s", "Tertulia", 200, True),
    ("slow readers, loop held ms", "Tertulia", 50, False),
    ("12 MP JPEG", "Tertulia", 0.5, False),
    ("12 MP PNG", "Tertulia", 1, False),
    ("12 MP WebP", "Tertulia", 2, False),
    (" pictures ÷ none", "Tertulia", 1.2, False),
    ("s until all have arrived", "Tertulia", 60, False),
    ("messages of Slack, s", "Tertulia, SQLite", 90, False),
    ("messages of Slack, MiB", "Tertulia", 200, False),
    ("capacity of two processes ÷ one", "Tertulia", 1.8, True),
    ("MiB at the end ÷ after", "Tertulia", 1.1, False),
    ("process at rest, MiB", "Tertulia, SQLite", 85, False),
    (" sockets, MiB", "Tertulia", 512, False),
]


def fanout_bars(rounds, product):
    lines = []
    for readers in AT:
        if ratios := ratios_of(rounds, product, readers, lambda name: name == BARE):
            what = f"{product} ÷ {BARE}, {readers:,} readers"
            lines.append(verdict(what, median(ratios), 1.5, True))
        if more := over_bare(rounds, product, readers):
            what = f"{product}, one message to {readers:,}, p50 ms − {BARE}'s"
            lines.append(verdict(what, median(more), 6, False))
    if ratios := ratios_of(rounds, product, 1_000, lambda name: name.startswith(STOCK)):
        lines.append(verdict(f"{product} ÷ fastest stock, 1,000 readers", median(ratios), 10, True))
    own = [result for results in rounds for result in results if result.system == product]
    if own:
        for readers, most in MEMORY_AT.items():
            if results := [result for result in own if result.readers == readers]:
                what = f"{product}, KiB a reader at {readers:,}"
                lines.append(verdict(what, middle(results, "memory"), most, False))
        wrong = sum(total(own, name) for name in COUNTS[:3])
        lines.append(verdict(f"{product}, lost + repeated + disordered", wrong, 0, False))
    return lines


def ratios_of(rounds, product, readers, is_other):
    """Return the product's rate ÷ the best of the other systems, for each round with both."""
    ratios = []
    for results in rounds:
        rates = {result.system: result.rate for result in results if result.readers == readers}
        others = [rate for system, rate in rates.items() if is_other(system)]
        if product in rates and others:
            ratios.append(rates[product] / max(others))
    return ratios


def generator_bars(rounds):
    """Report the generator's highest load, of the runs in which the server was the bottleneck."""
    results = [result for results in rounds for result in results if not math.isnan(result.rate)]
    if not results:
        return []
    busiest = max(results, key=lambda result: result.generator_busy)
    where = f"{busiest.system}, {busiest.readers:,} readers, server {busiest.server_busy:.0%}"
    return [verdict(f"busiest generator ({where})", busiest.generator_busy, 0.8, False)]


def verdict(what, value, limit, at_least):
    met = value >= limit if at_least else value <= limit
    sign = "≥" if at_least else "≤"
    return f"{'met   ' if met else 'MISSED'}  {what}: {value:,.3f} ({sign} {limit:,})"
