"""Draws deliveries per second against readers as an SVG."""

from html import escape
from math import log10
from statistics import median

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 480, 80, 220, 30, 50
COLOURS = ["#0f766e", "#0369a1", "#111827", "#b45309", "#be123c", "#7c3aed", "#64748b", "#65a30d"]


def write(path, groups):
    """Draw `groups`, results by (system, readers), into the file `path`."""
    lines = {}
    for (system, readers), results in groups.items():
        lines.setdefault(system, []).append((readers, median(result.rate for result in results)))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg(lines), encoding="utf-8")


def svg(lines):
    """Return the SVG of `lines`: {system: [(readers, deliveries per second), …]}."""
    readers = sorted({point[0] for points in lines.values() for point in points})
    top = max(point[1] for points in lines.values() for point in points) * 1.05
    first, last = log10(readers[0]), log10(readers[-1])

    def x(count):
        return LEFT + (WIDTH - LEFT - RIGHT) * ((log10(count) - first) / ((last - first) or 1))

    def y(rate):
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * rate / top

    parts = [*grid(readers, top, x, y)]
    taken = []
    for system, points in sorted(lines.items(), key=lambda line: line[1][-1][1]):  # lowest first
        colour = COLOURS[list(lines).index(system) % len(COLOURS)]
        parts += curve(system, sorted(points), colour, x, y, taken)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def grid(readers, top, x, y):
    step = 10 ** int(log10(top))
    step = step / 5 if top / step < 2 else step
    for number in range(int(top / step) + 1):
        height = y(number * step)
        yield f'<path d="M{LEFT} {height:.1f}H{WIDTH - RIGHT}" stroke="#e2e8f0"/>'
        yield text(LEFT - 8, height + 4, f"{number * step:,.0f}", "end")
    for count in readers:
        yield text(x(count), HEIGHT - BOTTOM + 20, f"{count:,}", "middle")
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "readers", "middle")
    yield text(8, 16, "deliveries/s, one server core")


def curve(system, points, colour, x, y, taken):
    """Draw a line with its label at the right end, moved up if it would overlap another."""
    path = " ".join(f"{x(readers):.1f},{y(rate):.1f}" for readers, rate in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for readers, rate in points:
        yield f'<circle cx="{x(readers):.1f}" cy="{y(rate):.1f}" r="3" fill="{colour}"/>'
    height = y(points[-1][1]) + 4
    while any(abs(height - other) < 15 for other in taken):
        height -= 1
    taken.append(height)
    yield text(WIDTH - RIGHT + 12, height, system, fill=colour)


def text(x, y, words, anchor="start", fill="#475569"):
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"'
    return f"<text {place}>{escape(words)}</text>"
