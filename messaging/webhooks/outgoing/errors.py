"""What went wrong with an attempt, in plain words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_OTHER_ADDRESS = _("This address is not on the public internet.")

# By the codes of core.http.client, for a form and for the list of attempts.
SENTENCES = {
    "url": _("This is not an address that can be called."),
    "scheme": _("The address must begin with https://."),
    "port": _("Use the port 443 or 8443."),
    "address": _OTHER_ADDRESS,
    "name": _("There is no such host, or it could not be looked up."),
    "redirects": _("It answered with a redirect, which is not followed."),
    "timeout": _("It did not answer in time."),
    "certificate": _("Its certificate is not valid."),
    "tls": _("No secure connection could be made."),
    "connection": _("No connection could be made, or it broke."),
    "answer": _("Its answer could not be understood."),
    "broken": _("Something went wrong here. The log of the site says what."),
}
_STATUSES = {
    400: _("It could not read what was sent."),
    401: _("It does not accept the signature: does it have the right secret?"),
    403: _("It does not accept the signature: does it have the right secret?"),
    404: _("It knows no such address."),
    405: _("It takes no POST at this address."),
    410: _("It says that the address is gone for good."),
    413: _("It says that this was too large."),
    429: _("It asks for fewer requests."),
}


def sentence_of(attempt):
    """Return why an attempt failed; "" if it did not."""
    if attempt.is_success:
        return ""
    if attempt.status is None:
        return SENTENCES.get(attempt.error, SENTENCES["connection"])
    if attempt.status >= 500:
        return gettext("There was an error on its side.")
    return _STATUSES.get(attempt.status, _("It did not accept this."))
