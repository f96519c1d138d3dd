"""A designer's folder brings its classes into the stylesheet."""

import os
import subprocess

import pytest

from .servers import ROOT


@pytest.fixture
def build(tmp_path):
    """Return a function that builds the stylesheet with a TEMPLATES_DIR and returns its text."""

    def built(folder):
        output = tmp_path / "built.css"
        command = ["npm", "run", "--silent", "--prefix", "tailwind", "build"]
        subprocess.run(
            [*command, "--", "--output", output],
            cwd=ROOT,
            env={**os.environ, "TEMPLATES_DIR": str(folder)},
            check=True,
            capture_output=True,
        )
        return output.read_text() if output.exists() else None

    return built


def test_a_class_that_only_a_folder_of_ones_own_uses_is_built(build, tmp_path):
    folder = tmp_path / "own" / "messaging"
    folder.mkdir(parents=True)
    (folder / "_typing.html").write_text('<p id="typing" class="mt-[17px]"></p>')
    assert "margin-top:17px" in build(folder.parent)


def test_without_such_a_folder_the_stylesheet_is_the_one_that_is_committed(build):
    assert build("") == (ROOT / "site" / "static" / "tertulia.css").read_text()


def test_a_folder_that_does_not_exist_is_an_error(build, tmp_path):
    with pytest.raises(subprocess.CalledProcessError) as error:
        build(tmp_path / "nosuch")
    assert f"there is no folder {tmp_path / 'nosuch'}." in error.value.stderr.decode()
