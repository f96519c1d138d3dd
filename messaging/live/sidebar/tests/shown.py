"""What a page shows of the list of rooms, from all that its socket was sent."""

from bs4 import BeautifulSoup


def marks(page):
    """Return the shown marks, {room id: (news, calls)}, each "" or the number as it is shown."""
    found = {}
    for push in page.taken:
        for mark in BeautifulSoup(push, "html.parser").select("[id^=unread-]"):
            numbers = {
                one["class"][0]: one.get_text().split()[0]
                for one in mark.select("[class^=unread-]")
            }
            shown = (numbers.get("unread-news", ""), numbers.get("unread-calls", ""))
            found[int(mark["id"].removeprefix("unread-"))] = shown
    return found


def news(page, room):
    """Return the shown number of new messages in `room`, or "" if there is none."""
    return marks(page).get(room.pk, ("", ""))[0]


def calls(page, room):
    """Return the shown number of calls in `room`, or ""."""
    return marks(page).get(room.pk, ("", ""))[1]


def title(page):
    """Return what the title begins with, such as "(3) "."""
    pushes = BeautifulSoup("".join(page.taken), "html.parser").select("#calls")
    return pushes[-1]["data-prefix"] if pushes else None


def pushed(page, room):
    """Return how often a mark of `room` was sent."""
    return "".join(page.taken).count(f'id="unread-{room.pk}"')
