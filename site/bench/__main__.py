"""The command `python -m bench`, with `site/` on the path; see `--help`."""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench import plot, report
from bench.processes import prepare_generator
from bench.run import ASKED_FOR, PARTS, Run


def main():
    options = parse()
    prepare_generator()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        run = Run(options, stack, folder)
        try:
            run.all_rounds()
        except KeyboardInterrupt:
            run.fail("interrupted: what stands here was measured before")
        print_report(run, options.plot)
    return 1 if run.failures else 0


def parse():
    parser = argparse.ArgumentParser("bench", description="Measure Tertulia beside other systems.")
    parser.add_argument("--rounds", type=int, default=3, help="medians are of these (default 3)")
    parser.add_argument("--quick", action="store_true", help="one short round, smaller numbers")
    parts = f"some of {','.join(PARTS)}, or {','.join(ASKED_FOR)}"
    parser.add_argument("--only", default=",".join(PARTS), help=parts)
    lasts = "of a workday (default 5; quick 0.5) or a soak (default 60)"
    parser.add_argument("--minutes", type=float, help=lasts)
    parser.add_argument("--rate", type=float, default=40, help="posts/s of a workday (default 40)")
    parser.add_argument("--readers", help="numbers of readers (default 200,1000,4000)")
    parser.add_argument("--systems", default="", help="only names that contain one of these")
    parser.add_argument("--plot", type=Path, default=Path("var/bench.svg"), help="the SVG to write")
    options = parser.parse_args()
    readers = options.readers or ("200,1000" if options.quick else "200,1000,4000")
    options.readers = [int(number) for number in readers.split(",")]
    options.rounds = 1 if options.quick else options.rounds
    options.seconds = 1.5 if options.quick else 4
    options.long_room = 100_000 if options.quick else 1_000_000
    options.crowd = 2_000 if options.quick else 10_000
    options.imported = 10_000 if options.quick else 100_000
    options.repetitions = 20 if options.quick else 60
    options.only = options.only.split(",")
    if unknown := set(options.only) - {*PARTS, *ASKED_FOR}:
        parser.error(f"no such part: {', '.join(unknown)}")
    if options.minutes is None:
        options.minutes = 60 if "soak" in options.only else 0.5 if options.quick else 5
    return options


def print_report(run, drawing):
    if any(run.fanouts):
        print(report.fanout_table(run.fanouts), end="\n\n")
        print(report.single_table(run.fanouts), end="\n\n")
        plot.write(drawing, report.grouped(run.fanouts))
    if run.figures:
        print(report.figures_table(run.figures), end="\n\n")
    products = [installation.name for installation in run.installations]
    print("\n".join(report.bars(run.fanouts, run.figures, products)))
    for failure in run.failures:
        print(f"FAILED  {failure.splitlines()[0]}")  # the full text was printed before
    if any(run.fanouts):
        print(f"\nDeliveries/s against readers: {drawing}")


if __name__ == "__main__":
    sys.exit(main())
