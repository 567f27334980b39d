"""The page that asks once before something is done that cannot be undone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def ask_once(
    request: HttpRequest, form: Any, title: str, *, caption: str, back_url: str, warning: str = ""
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
