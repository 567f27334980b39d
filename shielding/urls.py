"""Every address of the site, or the file that has it."""

from django.urls import include, path, register_converter

from logbook.references import ReferenceConverter

register_converter(ReferenceConverter, "reference")

urlpatterns: list = []
