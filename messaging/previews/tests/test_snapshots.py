"""What a message shows of its link."""

from files.models import Blob

from ..models import FetchedLink
from ..snapshots import snapshot_of

URL = "https://www.example.com/a?b=c"


def test_a_snapshot_holds_the_link_of_the_message_and_what_the_page_says():
    page = FetchedLink(url=URL, title="Bread", description="Flour.", site="The Bakery")
    page.picture = Blob(key="k" * 22, width=600, height=315)
    assert snapshot_of(page, f"{URL}#crust") == {
        "url": f"{URL}#crust",
        "title": "Bread",
        "description": "Flour.",
        "site": "The Bakery",
        "picture": {"key": "k" * 22, "width": 600, "height": 315},
    }


def test_what_the_page_does_not_say_is_left_out():
    assert snapshot_of(FetchedLink(url=URL, title="Bread"), URL) == {"url": URL, "title": "Bread"}
