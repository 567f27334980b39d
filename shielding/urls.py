"""Every address of the site, or the file that has it."""

from django.urls import include, path

from logbook import misuse_views
from shielding import (
    clock,
    ending_views,
    guidance,
    hand_over_views,
    health,
    records_views,
    review_views,
    team_views,
    unshield_views,
    views,
)

handler400 = "shielding.errors.bad_request"
handler403 = "shielding.errors.forbidden"
handler404 = "shielding.errors.not_found"
handler500 = "shielding.errors.server_error"

_record = "records/<reference:reference>/"
_review = "six-monthly-reviews/<reference:reference>/"
# What a source says by phone about their request.
_said = "by-phone/<reference:reference>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("records/find/", records_views.find_record, name="find_record"),
    path("records/to-shield/", records_views.records_to_shield, name="records_to_shield"),
    path(
        "records/without-practitioner/",
        records_views.holds_without_practitioner,
        name="holds_without_practitioner",
    ),
    path("records/to-unshield/", records_views.records_to_unshield, name="records_to_unshield"),
    path(
        "records/being-unshielded/",
        records_views.records_being_unshielded,
        name="records_being_unshielded",
    ),
    path("records/ends-to-confirm/", records_views.ends_to_confirm, name="ends_to_confirm"),
    path("records/answers-by-phone/", review_views.answers_by_phone, name="answers_by_phone"),
    path(_record, records_views.record_detail, name="record_detail"),
    path(f"{_record}number/", records_views.record_number, name="record_number"),
    path(
        f"{_record}never-applied/", records_views.record_never_applied, name="record_never_applied"
    ),
    path(f"{_record}unshield/", unshield_views.record_unshield, name="record_unshield"),
    path(
        f"{_record}unshield/confirm/",
        unshield_views.record_unshield_confirm,
        name="record_unshield_confirm",
    ),
    path(
        f"{_record}unshield/stop/", unshield_views.record_unshield_stop, name="record_unshield_stop"
    ),
    path(
        f"{_record}still-shielded/",
        unshield_views.record_still_shielded,
        name="record_still_shielded",
    ),
    path(f"{_record}end/", ending_views.record_end_propose, name="record_end_propose"),
    path(f"{_record}end/confirm/", ending_views.record_end_confirm, name="record_end_confirm"),
    path(f"{_record}end/withdraw/", ending_views.record_end_withdraw, name="record_end_withdraw"),
    path("six-monthly-reviews/", review_views.review_list, name="review_list"),
    path(_review, review_views.review_detail, name="review_detail"),
    path(f"{_review}conclude/", review_views.review_conclude, name="review_conclude"),
    path(f"{_review}line-managers/", review_views.review_escalate, name="review_escalate"),
    path(f"{_said}answer/", review_views.hold_answer, name="hold_answer"),
    path(f"{_said}let-go/", review_views.hold_let_go, name="hold_let_go"),
    path(f"{_said}family/", review_views.hold_family, name="hold_family"),
    path("people/<uuid:uid>/hand-over/", hand_over_views.person_hand_over, name="person_hand_over"),
    path(
        "people/<uuid:uid>/hand-over/<uuid:to>/",
        hand_over_views.person_hand_over_to,
        name="person_hand_over_to",
    ),
    path("team/", team_views.team_reviews, name="team"),
    path("desk/", include("requests_app.desk_urls")),
    path("brokerage/", include("brokerage.desk_urls")),
    path("", include("requests_app.urls")),
    path("", include("brokerage.urls")),
    path("", include("shielding.accounts.urls")),
    path("guidance/", guidance.guidance, name="guidance"),
    path("guidance/worksheet/", guidance.worksheet, name="worksheet"),
    path("guidance/<slug:slug>/", guidance.guidance_page, name="guidance_page"),
    path("about/<slug:slug>/", guidance.help_page, name="help_page"),
    # What the logbook, below all, cannot know by itself goes along with the address.
    path(
        "logbook/misuse/",
        misuse_views.misuse,
        {"is_working_day": clock.is_working_day},
        name="logbook_misuse",
    ),
    path("logbook/", include("logbook.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
]
