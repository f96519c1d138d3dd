"""The people and the workspace."""

from django.conf import settings

from users import forms

from .. import cast
from ..drawing import Sample
from .forms import page_of, refused, shown

FLASH_MESSAGES = settings.BASE_DIR / "templates" / "flash"
ADDRESS = "https://chat.example.com/invitations/mXk3qY0Zc9Wb2LtR8sVfNdHj5GpQ/"
TAKEN = "Somebody here has this name already, or one that reads like it."


def samples():
    return [*entrances(), *persons(), *workspaces(), *flash_messages()]


def entrances():
    setup = {"workspace": None, "form": shown(forms.SetupForm())}
    yield Sample("users/setup.html", "first run", setup)
    refusal = refused(
        shown(forms.SetupForm({"username": "a"})), username=TAKEN, password1="Too short."
    )
    yield Sample("users/setup.html", "refused", setup | {"form": refusal})
    yield Sample("users/link_gone.html", "gone", {})
    invited = {"address": ADDRESS}
    yield Sample("users/invited_already_in.html", "logged in", invited, reader=cast.bruno)
    yield Sample("users/login_link.html", "let in", {"person": cast.bruno})


def persons():
    for person in (cast.ana, cast.bruno, cast.eve, cast.layla, cast.max_long):
        here = {"person": person, "zone": "America/Bogota", "now": cast.NOON}
        yield Sample("users/person.html", person.username, here, reader=cast.ana)
        yield Sample("users/_person.html", person.username, {"person": person}, "list", cast.ana)
        controls = {"person": person}
        yield Sample("users/_person_controls.html", person.username, controls, "plain", cast.ana)
    here = {"person": cast.ana, "zone": "UTC", "now": cast.NOON}
    yield Sample("users/person.html", "for a member", here, reader=cast.bruno)
    profile = {"form": shown(forms.ProfileForm(instance=cast.ana))}
    yield Sample("users/profile.html", "as it is", profile, reader=cast.ana)
    form = refused(shown(forms.ProfileForm({"display_name": "Bruno"})), display_name=TAKEN)
    yield Sample("users/profile.html", "refused", {"form": form}, reader=cast.ana)
    for current in ("profile", "email", "password"):
        yield Sample("users/_own_tabs.html", current, {"current": current}, "plain", cast.ana)


def workspaces():
    def people(state, rows, words="", number=1):
        search = forms.PeopleSearchForm({"q": words})
        context = {"people": page_of(rows, number, 3), "search": search, "words": words}
        return Sample("users/people.html", state, context, reader=cast.ana)

    yield people("a page", [*cast.people, cast.eve, *cast.people], number=2)
    yield people("nobody found", [], words="nobody")
    link = {"person": cast.bruno, "link": cast.login_link, "address": ADDRESS}
    yield Sample("users/login_link_issued.html", "shown once", link, reader=cast.ana)
    yield Sample("users/_address.html", "to copy", {"address": ADDRESS}, "plain")
    form = {"form": forms.InvitationForm(), "address": None}
    some, new = {"invitations": cast.invitations}, {"address": ADDRESS}
    yield Sample("users/invitations.html", "some", form | some, reader=cast.ana)
    yield Sample("users/invitations.html", "a new one", form | some | new, reader=cast.ana)
    yield Sample("users/invitations.html", "none", form | {"invitations": []}, reader=cast.ana)
    for invitation in cast.invitations:
        state = invitation.note[:20] or "for anybody"
        one = {"invitation": invitation}
        yield Sample("users/_invitation.html", state, one, "list", cast.ana)
    workspace = {"form": shown(forms.WorkspaceForm(instance=cast.workspace))}
    yield Sample("users/workspace.html", "as it is", workspace, reader=cast.ana)
    for current in ("workspace", "people", "invitations"):
        yield Sample("users/_workspace_tabs.html", current, {"current": current}, "plain", cast.ana)


def flash_messages():
    for path in sorted(FLASH_MESSAGES.glob("*.txt")):
        context = {"person": cast.bruno}
        yield Sample(f"flash/{path.name}", "said", context, "plain", cast.ana)
