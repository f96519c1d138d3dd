"""Times and days are formatted for use within a sentence, in every language."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import formats, translation

FORMATS = ["DATE_FORMAT", "TIME_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT"]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("name", FORMATS)
def test_no_time_ends_with_a_full_stop_of_its_own(language, name):
    with translation.override(language):
        said = [
            formats.date_format(datetime(2026, 9, 5, hour, 5, tzinfo=UTC), name) for hour in (9, 21)
        ]
    assert not any(moment.endswith(".") for moment in said), said
