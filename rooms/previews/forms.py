"""The choice of a conversation whether its links are shown with previews."""

from django import forms
from django.utils.translation import gettext_lazy as _

MEANING = _(
    "For the first link of a message this server fetches the page and shows a small card. The site"
    " learns this server's address; nobody's browser contacts it."
)
LABEL = _("Show previews of links")


class PreviewsForm(forms.Form):
    link_previews = forms.BooleanField(required=False, label=LABEL, help_text=MEANING)
