"""Addresses of the IW Team's brokerage desk. Each act on an access request has one of its own."""

from django.urls import path

from brokerage.desk import views
from brokerage.desk.forms import FORMS

_request = "<reference:reference>/"

urlpatterns = [
    path("", views.brokerage_queue, name="brokerage_queue"),
    path("urgent-call/", views.urgent_call, name="brokerage_urgent"),
    path(_request, views.brokerage_request, name="brokerage_request"),
    path(
        f"{_request}answers/<reference:liaison>/",
        views.brokerage_answer,
        name="brokerage_answer",
    ),
    *(
        path(
            f"{_request}{form.slug}/",
            views.brokerage_act,
            {"slug": form.slug},
            name=form.url_name(),
        )
        for form in FORMS
    ),
]
