"""The address of the demo's clock, which shielding/urls.py has in the demo alone."""

from django.urls import path

from shielding.demo import views

urlpatterns = [path("", views.demo_clock, name="demo_clock")]
