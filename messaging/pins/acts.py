"""Pinning over the socket of a page: see `messaging.acts`."""

from .forms import PinForm


def pin(membership, message, _rest):
    return _do("pin", membership, message)


def unpin(membership, message, _rest):
    return _do("unpin", membership, message)


def _do(act, membership, message):
    form = PinForm({act: ""})
    return None if form.save(message, by=membership.user) else form
