"""Addresses of the import of shields that were there before the product."""

from django.urls import path

from requests_app.go_live import views

urlpatterns = [
    path("", views.go_live, name="go_live"),
    path("<reference:reference>/", views.go_live_one, name="go_live_one"),
    path("<reference:reference>/take-back/", views.go_live_take_back, name="go_live_take_back"),
]
