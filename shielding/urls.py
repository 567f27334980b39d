"""Every address of the site, or the file that has it."""

from django.urls import include, path

from shielding import guidance, health, records_views, views

handler400 = "shielding.errors.bad_request"
handler403 = "shielding.errors.forbidden"
handler404 = "shielding.errors.not_found"
handler500 = "shielding.errors.server_error"

_record = "records/<reference:reference>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("records/find/", records_views.find_record, name="find_record"),
    path("records/to-shield/", records_views.records_to_shield, name="records_to_shield"),
    path(
        "records/without-practitioner/",
        records_views.holds_without_practitioner,
        name="holds_without_practitioner",
    ),
    path(_record, records_views.record_detail, name="record_detail"),
    path(f"{_record}number/", records_views.record_number, name="record_number"),
    path(
        f"{_record}never-applied/", records_views.record_never_applied, name="record_never_applied"
    ),
    path("desk/", include("requests_app.desk_urls")),
    path("", include("requests_app.urls")),
    path("", include("shielding.accounts.urls")),
    path("guidance/", guidance.guidance, name="guidance"),
    path("guidance/worksheet/", guidance.worksheet, name="worksheet"),
    path("guidance/<slug:slug>/", guidance.guidance_page, name="guidance_page"),
    path("about/<slug:slug>/", guidance.help_page, name="help_page"),
    path("logbook/", include("logbook.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
]
