"""The page that asks once before something is done that cannot be undone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shielding.web.fields import Form


def ask_once(
    request: HttpRequest, form: Form, title: str, *, caption: str, back_url: str, warning: str = ""
) -> HttpResponse:
    """Show a form under its question, the reference it is about and what follows from it."""
    context = {
        "title": title,
        "form": form,
        "warning": warning,
        "caption": caption,
        "back_url": back_url,
    }
    return render(request, "layouts/question.html", context)
