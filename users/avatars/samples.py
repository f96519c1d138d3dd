"""Pictures of people, and the own one on the profile."""

from copy import copy

from core.sample import Sample, refused

from .forms import AvatarForm

KEY = "AAAAAAAAAAAAAAAAAAAAAA"
# No stored file has the key, so the page itself holds the picture.
DRAWN = (
    "data:image/webp;base64,UklGRpYAAABXRUJQVlA4IIoAAAAQBQCdASowADAAPs1WoEu/pK2qLisz8BmJZgCCiVBfHcjg3ABW"
    "1M2Jg4nJgZ6Dt0dAAP7YhSiv/hbfMT///EONRJYJpuI8Uy/mRIc53Txfsa5F9HEJgYm3Uulf4El31VW8bR+mqkV+AGAZGE0C"
    "lsH2QyK0Eb/vXEe4XqVzbxocTDzV/ebW5veAAAA="
)


def samples(cast):
    pictured = copy(cast.bruno)
    pictured.avatar_id = KEY
    yield Sample("users/_avatar.html", "an initial", {"person": cast.ana}, "plain")
    yield Sample("users/_avatar.html", "a picture", {"person": pictured}, "plain", after=drawn)
    own = {"avatar_form": AvatarForm()}
    template = "users/avatars/_own_avatar.html"
    yield Sample(template, "none", own, "plain", cast.ana)
    yield Sample(template, "a picture", own, "plain", pictured, drawn)
    refusal = refused(AvatarForm({}), avatar="Choose a picture.")
    yield Sample(template, "refused", {"avatar_form": refusal}, "plain", cast.ana)
    controls = {"person": pictured}
    yield Sample("users/_person_controls.html", "a picture", controls, "plain", cast.ana)


def drawn(html):
    """Show a picture that is in the page."""
    return html.replace(f"/avatars/2/{KEY}.webp", DRAWN)
