"""The gallery: every page and fragment in every state, light and dark side by side."""

from hashlib import sha256
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.middleware.csp import get_nonce
from django.shortcuts import render
from django.template import engines
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from messaging.conversation.reading_mode import Reading
from users.themes import DEFAULT_THEME, Look, Mode, theme_choices

from .discovery import all_samples
from .drawing import draw_staged

WIDTHS = [(1280, _("1280 pixels")), (768, _("768 pixels")), (320, _("320 pixels, a phone"))]
PAGE_HEIGHT, FRAGMENT_HEIGHT = 640, 220
FRAMED = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}


class ViewForm(forms.Form):
    """The part, theme, width and language that the gallery shows."""

    part = forms.ChoiceField(label=_("Part"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=theme_choices)
    width = forms.TypedChoiceField(
        label=_("Width"), required=False, choices=WIDTHS, coerce=int, empty_value=WIDTHS[0][0]
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=settings.LANGUAGES, initial="en"
    )

    def __init__(self, parts, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [(part, part) for part in parts]
        self.fields["part"].initial = parts[0]

    def chosen(self):
        """Return {field name: value}; invalid values become the default."""
        self.full_clean()
        defaults = {"theme": DEFAULT_THEME, "width": WIDTHS[0][0]}
        return {
            name: self.cleaned_data.get(name) or field.initial or defaults[name]
            for name, field in self.fields.items()
        }


def for_designers(view):
    """Restrict `view` to administrators unless the site runs locally or with DEBUG."""

    @login_not_required
    @never_cache
    @require_safe
    def guarded(request, *args, **kwargs):
        if not changes_by_itself():
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.is_administrator:
                raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def changes_by_itself():
    """Return True if the gallery reloads itself when templates change."""
    return settings.DEBUG or settings.LOCAL


@for_designers
def gallery(request):
    samples = all_samples()
    parts = list(dict.fromkeys(part_of(sample) for sample in samples))
    form = ViewForm(parts, request.GET)
    chosen = form.chosen()
    page = {
        "form": ViewForm(parts, initial=chosen),
        "chosen": chosen,
        "groups": groups_of(samples, chosen["part"]),
        "modes": [Mode.LIGHT, Mode.DARK],
        "version": version_of_design() if changes_by_itself() else None,
    }
    return render(request, "design/gallery.html", page)


def part_of(sample):
    """Return the folder of the template of `sample`."""
    folder, _slash, name = sample.template.rpartition("/")
    return folder if name else "templates"


def groups_of(samples, part):
    """Return {template: [the gallery's data about each of its samples]}."""
    groups = {}
    for sample in samples:
        if (part_of(sample) or "templates") == part:
            height = sample.height or (PAGE_HEIGHT if sample.is_page else FRAGMENT_HEIGHT)
            shown = {"state": sample.state, "slug": slug_of(sample), "height": height}
            groups.setdefault(sample.template, []).append(shown)
    return groups


def slug_of(sample):
    return slugify(sample.name.replace("/", " ").replace(".", " "), allow_unicode=True)


@xframe_options_sameorigin
@csp_override(FRAMED)
@for_designers
def sample(request, slug):
    found = [sample for sample in all_samples() if slug_of(sample) == slug]
    if not found:
        raise Http404

    # The iframe runs no scripts: show what a reader with scripts sees.
    if not (found[0].reading and found[0].reading.mode):
        found[0].reading = Reading("scripts")
    look = Look(request.GET.get("theme", DEFAULT_THEME), request.GET.get("mode", Mode.AUTO))
    language = request.GET.get("language", "en")
    html = draw_staged(found[0], look, language, get_nonce(request))

    for part, shown in FRAMES.items():  # a page's own iframes show samples too
        url = f"{reverse('design:sample', args=[shown])}?theme={look.theme}&mode={look.mode}"
        html = html.replace(f"/rooms/lobby/{part}/", url)
    return HttpResponse(html)


FRAMES = {
    "live": "messaging-noscript-live-html-talk",
    "compose": "messaging-noscript-compose-html-empty",
}


@for_designers
def version(request):
    """Make an open gallery reload if templates or the stylesheet have changed."""
    if not changes_by_itself():
        raise Http404
    response = HttpResponse(status=204)
    if request.GET.get("seen") != version_of_design():
        response["HX-Refresh"] = "true"
    return response


def version_of_design():
    """Return a hash of the modification times of all templates and the stylesheet."""
    folders = [Path(folder) for folder in engines["django"].engine.dirs]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files += [Path(folder) / "tertulia.css" for folder in settings.STATICFILES_DIRS]
    states = [(str(file), file.stat().st_mtime_ns) for file in sorted(files) if file.exists()]
    return sha256(repr(states).encode()).hexdigest()[:16]
