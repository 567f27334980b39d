"""Addresses of the practitioner's pages, and of the line manager's list."""

from django.urls import path

from requests_app.practitioner import source_views, views
from requests_app.practitioner.again import views as again_views

_own = "requests/<reference:reference>/"

urlpatterns = [
    path("requests/", views.request_list, name="request_list"),
    path("requests/start/", views.request_start, name="request_start"),
    path("requests/<reference:reference>/", views.request_detail, name="request_detail"),
    path("requests/<reference:reference>/check/", views.request_check, name="request_check"),
    path("requests/<reference:reference>/sent/", views.request_sent, name="request_sent"),
    path(
        "requests/<reference:reference>/show-number/", views.request_number, name="request_number"
    ),
    path("requests/<reference:reference>/again/", again_views.request_again, name="request_again"),
    path("requests/<reference:reference>/discard/", views.request_discard, name="request_discard"),
    path(
        "requests/<reference:reference>/family-told/",
        views.request_family_told,
        name="request_family_told",
    ),
    path("requests/<reference:reference>/not-me/", views.request_not_me, name="request_not_me"),
    path(f"{_own}review/", source_views.request_review, name="request_review"),
    path(
        f"{_own}review/no-longer-needed/",
        source_views.request_no_longer_needed,
        name="request_no_longer_needed",
    ),
    path(f"{_own}ask-for-review/", source_views.request_ask_review, name="request_ask_review"),
    path(f"{_own}withdraw/", source_views.request_withdraw, name="request_withdraw"),
    path(f"{_own}in-error/", source_views.request_in_error, name="request_in_error"),
    path(f"{_own}family-of-end/", source_views.request_family_of_end, name="request_family_of_end"),
    path(f"{_own}professionals/", source_views.request_professionals, name="request_professionals"),
    path(f"{_own}letters/<slug:slug>/", source_views.request_letter, name="request_letter"),
    path("requests/<reference:reference>/<slug:slug>/", views.request_page, name="request_page"),
    path("supporting/", views.supporting, name="supporting"),
]
