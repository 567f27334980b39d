"""Addresses of the logbook whose views need nothing of the apps above: an entry goes by its number.

Those of the list and of the signs of misuse stand in `shielding/urls.py`.
"""

from django.urls import path

from logbook.pages import views

urlpatterns = [
    path("<int:number>/", views.entry, name="logbook_entry"),
]
