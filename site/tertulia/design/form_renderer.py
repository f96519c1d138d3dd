"""Renders the product's forms."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders fields without `maxlength`.

    With it, browsers silently truncate pasted text. Without it, the form returns a text that is
    too long unchanged, with its own error.
    """

    def render(self, template_name, context, request=None):
        context.get("widget", {}).get("attrs", {}).pop("maxlength", None)
        return super().render(template_name, context, request)
