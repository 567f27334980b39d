"""Addresses of the logbook. An entry goes by its number, which says nothing."""

from django.urls import path

from logbook.pages import views

urlpatterns = [
    path("", views.entry_list, name="logbook"),
    path("<int:number>/", views.entry, name="logbook_entry"),
]
