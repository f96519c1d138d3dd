"""The form with which a person uploads their picture."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

# Of these, no HEIC: an iPhone then sends a JPEG of the photo that is chosen.
KINDS = "image/jpeg,image/png,image/webp,image/gif,image/avif"
_SENTENCES = {
    "not_a_picture": _(
        "This file cannot be used. Choose a JPEG, PNG, WebP, GIF or AVIF picture of at most"
        " 50 megapixels."
    ),
    "busy": _("The server is busy with other pictures. Please try again in a moment."),
    "unavailable": _("The picture could not be stored. Please try again later."),
}


class AvatarForm(forms.Form):
    avatar = forms.FileField(
        label=_("Picture"),
        help_text=_("A JPEG, PNG, WebP, GIF or AVIF. Its middle is shown."),
        widget=forms.FileInput(attrs={"accept": KINDS}),
        error_messages={
            "required": _("Choose a picture."),
            "missing": _("Choose a picture."),
            "invalid": _("Choose a picture."),
            "empty": _("This file is empty."),
        },
    )

    def clean_avatar(self):
        upload = self.cleaned_data["avatar"]
        if upload.size > settings.FILES_LIMIT:
            limit = {"limit": filesizeformat(settings.FILES_LIMIT)}
            too_large = _("This file is too large: it can have %(limit)s.")
            raise ValidationError(too_large, code="too_large", params=limit)
        return upload

    def refuse(self, code):
        """Add the error that the picture is refused for the reason `code`."""
        self.add_error("avatar", ValidationError(_SENTENCES[code], code=code))
