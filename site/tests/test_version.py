"""The release is named once, and wherever it is shown it is that name."""

import re
import tomllib
from contextlib import suppress

from django.core.management import call_command

from tertulia import __version__

from .servers import ROOT


def test_the_project_file_names_the_version_of_the_product():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (project["version"], project["license"]) == (__version__, "MIT")


def test_the_newest_release_of_the_changelog_is_the_version_of_the_product():
    releases = re.findall(r"^## \[(.+)\] - (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert releases[0][0] == __version__
    assert [date for _version, date in releases] == sorted((d for _v, d in releases), reverse=True)


def test_the_page_for_administrators_shows_the_version(ana, client_of, page):
    soup = page(client_of(ana).get("/system/"))
    shown = {
        row.select_one(".list-text").text: row.get_text(" ", strip=True)
        for row in soup.select("#versions ~ .list > li")
    }
    assert __version__ in shown["Tertulia"].split()


def test_the_doctor_says_the_version_first(db, capsys):
    with suppress(SystemExit):  # what is wrong on this machine is of no interest here
        call_command("doctor")
    assert capsys.readouterr().out.splitlines()[0] == f"note   This is Tertulia {__version__}."
