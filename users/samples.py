"""The first run, people and their profiles, the workspace and its log."""

from core.sample import Sample, page_of, refused, shown

from . import forms
from .audit import Act
from .avatars.forms import AvatarForm
from .models import Token
from .status.forms import StatusForm

TAKEN = "Somebody here has this name already, or one that reads like it."


def samples(cast):
    pages = [*setups(), *persons(cast), *workspaces(cast), *logs(cast)]
    return [*pages, *account_news(cast), *token_ends(cast)]


def setups():
    setup = {"workspace": None, "form": shown(forms.SetupForm())}
    yield Sample("users/setup.html", "first run", setup)
    refusal = refused(
        shown(forms.SetupForm({"username": "a"})), username=TAKEN, password1="Too short."
    )
    yield Sample("users/setup.html", "refused", setup | {"form": refusal})


def persons(cast):
    for person in (cast.ana, cast.bruno, cast.eve, cast.layla, cast.max_long, cast.bot):
        here = {"person": person, "zone": "America/Bogota", "now": cast.NOON, "rooms": []}
        here["is_here"] = person == cast.bruno
        yield Sample("users/person.html", person.username, here, reader=cast.ana)
        row = {"person": person, "here": {cast.bruno.pk}}
        yield Sample("users/_person.html", person.username, row, "list", cast.ana)
        controls = {"person": person}
        yield Sample("users/_person_controls.html", person.username, controls, "plain", cast.ana)
    here = {"person": cast.ana, "zone": "UTC", "now": cast.NOON, "rooms": cast.rooms[:2]}
    yield Sample("users/person.html", "for a member", here, reader=cast.bruno)
    profile = {"form": shown(forms.ProfileForm(instance=cast.ana)), "avatar_form": AvatarForm()}
    profile["status_form"] = StatusForm(person=cast.ana)
    yield Sample("users/profile.html", "as it is", profile, reader=cast.ana)
    form = refused(shown(forms.ProfileForm({"display_name": "Bruno"})), display_name=TAKEN)
    yield Sample("users/profile.html", "refused", profile | {"form": form}, reader=cast.ana)
    for current in ("profile", "email", "password"):
        yield Sample("users/_own_tabs.html", current, {"current": current}, "plain", cast.ana)


def workspaces(cast):
    def people(state, rows, words="", number=1, reader=cast.ana, deactivated=False):
        search = forms.PeopleSearchForm({"q": words})
        context = {"people": page_of(rows, number, 3), "search": search, "words": words}
        context |= {"here": {cast.bruno.pk}, "deactivated": deactivated}
        return Sample("users/people.html", state, context, reader=reader)

    yield people("a page", [*cast.people, *cast.people], number=2)
    yield people("for a member", cast.people, reader=cast.bruno)
    yield people("deactivated", [cast.eve], deactivated=True)
    yield people("nobody found", [], words="nobody")
    workspace = {"form": shown(forms.WorkspaceForm(instance=cast.workspace))}
    yield Sample("users/workspace.html", "as it is", workspace, reader=cast.ana)
    for current in ("workspace", "people", "invitations"):
        yield Sample("users/_workspace_tabs.html", current, {"current": current}, "plain", cast.ana)


def logs(cast):
    for entry in cast.audit_entries:
        context = {"entry": entry, "names_rooms": True}
        yield Sample("users/_audit_entry.html", entry.get_act_display(), context, "list", cast.ana)
    for state, rows in (("some", cast.audit_entries), ("none", [])):
        context = {"entries": page_of(rows)}
        yield Sample("users/_audit_log.html", state, context, "plain", cast.ana)
        yield Sample("users/log.html", state, context, reader=cast.ana)


def account_news(cast):
    made = cast.audit_entry(4, Act.LOGIN_LINK_MADE, cast.ana, cast.bruno)
    for state, entries in (("new", [made]), ("none", [])):
        context = {"entries": entries, "has_account_news": bool(entries)}
        yield Sample("users/account_news.html", state, context, reader=cast.bruno)
    mail = {"entry": made, "person": cast.bruno, "workspace": cast.workspace}
    mail["address"] = "https://chat.example.com/profile/log/"
    yield Sample("users/email/account_news_subject.txt", "its subject", mail, "code")
    yield Sample("users/email/account_news.txt", "the mail", mail, "code")


def token_ends(cast):
    for state, holder in (("of a person", cast.bruno), ("of a bot", cast.bot)):
        token = Token(user=holder, name="Deploys", start="tertulia_pat_012345")
        token.expires_at = cast.NOON
        mail = {"token": token, "person": cast.bruno, "workspace": cast.workspace}
        mail["address"] = "https://chat.example.com/profile/tokens/"
        yield Sample("users/email/token_ends_subject.txt", state, mail, "code")
        yield Sample("users/email/token_ends.txt", state, mail, "code")
