"""Draws the product's forms."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draws fields without `maxlength`.

    Browsers cut what is pasted at that length, and say nothing. Without it, a text that is too long
    comes back whole, with the form's own sentence.
    """

    def render(self, template_name, context, request=None):
        context.get("widget", {}).get("attrs", {}).pop("maxlength", None)
        return super().render(template_name, context, request)
