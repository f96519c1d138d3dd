"""Every package is pinned, with the hashes of its files."""

import re
import tomllib

import pytest

from .servers import ROOT

FILES = ["requirements.txt", "requirements-dev.txt"]
PIN = re.compile(r"^([a-z0-9.-]+)==([^ ;\\]+)", re.MULTILINE)


def entries(file):
    """Return the packages of a file: {name: its lines}."""
    text = (ROOT / file).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {PIN.match(line)[1]: line for line in lines}


def wanted(group):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    tests = project["dependency-groups"]["tests"] if group == "requirements-dev.txt" else []
    for requirement in [*project["project"]["dependencies"], *tests]:
        name, version = re.match(r"([\w-]+)(?:\[.*\])?==([^;]+)", requirement).groups()
        yield name, version.strip()


@pytest.mark.parametrize("file", FILES)
def test_every_package_is_pinned_with_hashes(file):
    assert len(entries(file)) > 30
    for line in entries(file).values():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", line)


@pytest.mark.parametrize("file", FILES)
def test_the_pins_are_those_that_the_project_wants(file):
    pins = {name: PIN.match(line)[2] for name, line in entries(file).items()}
    for name, version in wanted(file):
        assert pins[name] == version, f"{name}: run make lock."


def test_the_tests_run_with_the_packages_that_the_product_runs_with():
    product, tests = (entries(file) for file in FILES)
    assert {name: tests.get(name) for name in product} == product


@pytest.mark.parametrize("file", FILES)
def test_no_file_names_a_place_to_install_from(file):
    assert not re.search(r"://|--index|--find-links|^-e|@ ", (ROOT / file).read_text(), re.M)
