"""The list of somebody's devices, and the button for one more."""

from django.utils.translation import gettext as _

from core.user_agents import browser_of, system_of

from ..models import NotificationSettings
from . import vapid
from .forms import DiscreetForm, SubscriptionForm


def devices_section(request):
    """Return the variables of _this_device.html and _devices.html for a page."""
    user, stored_key = request.user, request.session.stored_key
    devices = devices_of(user, stored_key)
    off = vapid.why_off()
    is_discreet = NotificationSettings.objects.filter(user=user, is_discreet=True).exists()
    return {
        "devices": devices,
        "this_device": next((device for device in devices if device.is_this), None),
        "push_off": off,
        "push_key": "" if off else vapid.public_key(),
        "subscription_form": SubscriptionForm(),
        "is_iphone": system_of(request.headers.get("User-Agent", "")) == "iOS",
        "discreet_form": DiscreetForm(initial={"is_discreet": is_discreet}),
    }


def devices_of(user, stored_key):
    """Return the devices of `user`; `is_this` is set on that of the session `stored_key`."""
    devices = list(user.push_subscriptions.all())
    for device in devices:
        device.is_this = device.session_id == stored_key
    return devices


def label_of(user_agent):
    """Return the name of a device in the active language, "" if the browser does not say it."""
    browser, system = browser_of(user_agent), system_of(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system
