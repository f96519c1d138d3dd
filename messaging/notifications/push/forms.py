"""The form with which a browser sends its subscription (the Push API's `PushSubscription`)."""

import re
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..models import NotificationSettings
from .encryption import read_point, read_secret
from .models import MAX_ENDPOINT

REFUSED = _("This browser gave no usable address for notifications.")
TOO_MANY = _("You have %(most)d devices already. Forget one of them first.")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?", re.IGNORECASE)
# Such a last label makes the host an IP address (https://url.spec.whatwg.org/#ends-in-a-number-checker).
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)


class SubscriptionForm(forms.Form):
    """The address of one browser at its push service, and its two keys.

    `label` names the device in its person's list; the view fills it in from the browser's name.
    """

    endpoint = forms.CharField(max_length=MAX_ENDPOINT, strip=False)
    p256dh = forms.CharField(max_length=100, strip=False)
    auth = forms.CharField(max_length=40, strip=False)

    def refuse_another(self, most):
        """Add the error that the person has `most` devices already."""
        self.add_error(None, ValidationError(TOO_MANY % {"most": most}, code="too_many"))

    def clean_endpoint(self):
        endpoint = self.cleaned_data["endpoint"]
        if not is_endpoint(endpoint):
            raise ValidationError(REFUSED, code="endpoint")
        return endpoint

    def clean_p256dh(self):
        return self._key("p256dh", read_point)

    def clean_auth(self):
        return self._key("auth", read_secret)

    def _key(self, name, read):
        try:
            read(self.cleaned_data[name])
        except ValueError:
            raise ValidationError(REFUSED, code="key") from None
        return self.cleaned_data[name]


class DiscreetForm(forms.Form):
    """How much notifications on devices say."""

    is_discreet = NotificationSettings._meta.get_field("is_discreet").formfield(
        help_text=_("They then say only that there is something new, also on a locked screen.")
    )


def is_endpoint(url):
    """Return True if `url` looks like an address at a push service: https, by name, port 443."""
    if not re.fullmatch(r"[!-~]+", url) or re.search(r"[\\#]", url):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    labels = (parts.hostname or "").split(".")
    is_name = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    is_plain = parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
    return is_plain and is_name and not _NUMBER.fullmatch(labels[-1])
