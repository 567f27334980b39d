"""Addresses of the IW Team's desk. Each act on a request has one of its own."""

from django.urls import path

from requests_app.desk import views
from requests_app.desk.forms import FORMS

urlpatterns = [
    path("", views.desk_queue, name="desk_queue"),
    path("phoned/", views.phoned, name="phoned"),
    path("redirected/", views.redirected, name="redirected"),
    path("many-requests/", views.many_requests, name="many_requests"),
    path("requests/<reference:reference>/", views.desk_request, name="desk_request"),
    path("requests/<reference:reference>/number/", views.desk_number, name="desk_number"),
    path("requests/<reference:reference>/answers/", views.desk_answers, name="desk_answers"),
    *(
        path(
            f"requests/<reference:reference>/{form.slug}/",
            views.desk_act,
            {"slug": form.slug},
            name=form.url_name(),
        )
        for form in FORMS
    ),
]
