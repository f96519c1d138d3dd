"""The form of a completion."""

from django import forms


class CompletionForm(forms.Form):
    """What is typed, with the sign before it: "@an", "#book", "/to"."""

    q = forms.RegexField(r"\A(?:[@＠#＃].{0,60}|[/／][^\s/]{0,60})\Z", strip=False)
