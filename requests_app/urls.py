"""Addresses of the practitioner's pages, and of the line manager's list."""

from django.urls import path

from requests_app import views

urlpatterns = [
    path("requests/", views.request_list, name="request_list"),
    path("requests/start/", views.request_start, name="request_start"),
    path("requests/<reference:reference>/", views.request_detail, name="request_detail"),
    path("requests/<reference:reference>/check/", views.request_check, name="request_check"),
    path("requests/<reference:reference>/sent/", views.request_sent, name="request_sent"),
    path(
        "requests/<reference:reference>/show-number/", views.request_number, name="request_number"
    ),
    path("requests/<reference:reference>/again/", views.request_again, name="request_again"),
    path("requests/<reference:reference>/discard/", views.request_discard, name="request_discard"),
    path(
        "requests/<reference:reference>/family-told/",
        views.request_family_told,
        name="request_family_told",
    ),
    path("requests/<reference:reference>/not-me/", views.request_not_me, name="request_not_me"),
    path("requests/<reference:reference>/<slug:slug>/", views.request_page, name="request_page"),
    path("supporting/", views.supporting, name="supporting"),
]
