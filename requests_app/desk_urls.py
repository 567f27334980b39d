"""Addresses of the IW Team's desk. Each act on a request has one of its own."""

from django.urls import path

from requests_app import desk_views
from requests_app.desk_forms import FORMS

urlpatterns = [
    path("", desk_views.desk_queue, name="desk_queue"),
    path("phoned/", desk_views.phoned, name="phoned"),
    path("redirected/", desk_views.redirected, name="redirected"),
    path("many-requests/", desk_views.many_requests, name="many_requests"),
    path("requests/<reference:reference>/", desk_views.desk_request, name="desk_request"),
    path("requests/<reference:reference>/number/", desk_views.desk_number, name="desk_number"),
    *(
        path(
            f"requests/<reference:reference>/{form.slug}/",
            desk_views.desk_act,
            {"slug": form.slug},
            name=form.url_name(),
        )
        for form in FORMS
    ),
]
