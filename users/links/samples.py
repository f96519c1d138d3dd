"""Invitations, and links that log somebody in."""

from core.sample import Sample

from .forms import InvitationForm

ADDRESS = "https://chat.example.com/invitations/mXk3qY0Zc9Wb2LtR8sVfNdHj5GpQ/"


def samples(cast):
    return [*links(cast), *invitations(cast)]


def links(cast):
    yield Sample("users/link_gone.html", "gone", {})
    invited = {"address": ADDRESS, "invitation": cast.invitations[0], "token": "mXk3qY0Zc9Wb2"}
    yield Sample("users/invited_already_in.html", "logged in", invited, reader=cast.bruno)
    yield Sample("users/login_link.html", "let in", {"person": cast.bruno})
    link = {"person": cast.bruno, "link": cast.login_link, "address": ADDRESS}
    yield Sample("users/login_link_issued.html", "shown once", link, reader=cast.ana)
    yield Sample("users/_address.html", "to copy", {"address": ADDRESS}, "plain")


def invitations(cast):
    form = {"form": InvitationForm(cast.ana), "address": None}
    some, new = {"invitations": cast.invitations}, {"address": ADDRESS}
    yield Sample("users/invitations.html", "some", form | some, reader=cast.ana)
    yield Sample("users/invitations.html", "a new one", form | some | new, reader=cast.ana)
    yield Sample("users/invitations.html", "none", form | {"invitations": []}, reader=cast.ana)
    of_a_member = {"form": InvitationForm(cast.bruno), "address": None, "invitations": []}
    yield Sample("users/invitations.html", "for a member", of_a_member, reader=cast.bruno)
    yield Sample("users/_new_address.html", "to copy", new, "plain")
    for state, invitation in (("by somebody", cast.invitations[0]), ("nobody", None)):
        yield Sample("users/_invited_by.html", state, {"invitation": invitation}, "plain")
    for invitation in cast.invitations:
        state = invitation.note[:20] or "for anybody"
        one = {"invitation": invitation}
        yield Sample("users/_invitation.html", state, one, "list", cast.ana)
