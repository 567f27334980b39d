"""Every address of the site, or the file that has it."""

from django.urls import include, path, register_converter

from logbook.references import ReferenceConverter
from shielding import guidance

register_converter(ReferenceConverter, "reference")

handler400 = "shielding.errors.bad_request"
handler403 = "shielding.errors.forbidden"
handler404 = "shielding.errors.not_found"
handler500 = "shielding.errors.server_error"

urlpatterns = [
    path("", include("shielding.accounts.urls")),
    path("guidance/", guidance.guidance, name="guidance"),
    path("guidance/worksheet/", guidance.worksheet, name="worksheet"),
    path("guidance/<slug:slug>/", guidance.guidance_page, name="guidance_page"),
    path("about/<slug:slug>/", guidance.help_page, name="help_page"),
    path("logbook/", include("logbook.urls")),
]
