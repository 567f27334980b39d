"""Every address of the site, or the file that has it."""

from django.conf import settings
from django.urls import include, path

from logbook.misuse import views as misuse_views
from logbook.pages import views as logbook_views
from shielding import clock
from shielding.accounts.models import Service
from shielding.checks import views as check_views
from shielding.checks.data_loads import views as data_load_views
from shielding.compliance import views as compliance_views
from shielding.desk import service_views
from shielding.desk import views as desk_views
from shielding.duty import views as duty_views
from shielding.holds import views as hold_views
from shielding.holds.disputes import views as dispute_views
from shielding.holds.hand_over import views as hand_over_views
from shielding.holds.moves import views as move_views
from shielding.home import guidance
from shielding.home import views as home_views
from shielding.operations import health, security_txt
from shielding.operations.lost_mail import views as lost_mail_views
from shielding.register import views as register_views
from shielding.reviews import staff_overdue_views
from shielding.reviews import views as review_views
from shielding.reviews.added import views as added_review_views
from shielding.search import views as search_views
from shielding.unshield import other_end_views
from shielding.unshield import views as unshield_views
from shielding.web.kept import views as kept_views

handler400 = "shielding.web.errors.bad_request"
handler403 = "shielding.web.errors.forbidden"
handler404 = "shielding.web.errors.not_found"
handler500 = "shielding.web.errors.server_error"

_record = "records/<reference:reference>/"
_review = "six-monthly-reviews/<reference:reference>/"
# What a source says by phone about their request.
_said = "by-phone/<reference:reference>/"

urlpatterns = [
    path("", home_views.home, name="home"),
    path("session/keep/", kept_views.session_keep, name="session_keep"),
    path("search/", search_views.search, name="search"),
    path("how-we-are-doing/", compliance_views.how_we_are_doing, name="how_we_are_doing"),
    path("how-we-are-doing/figures/", compliance_views.figures, name="figures"),
    path("how-we-are-doing/board/", compliance_views.board, name="board"),
    path("records/find/", desk_views.find_record, name="find_record"),
    path("records/to-shield/", desk_views.records_to_shield, name="records_to_shield"),
    path(
        "records/without-practitioner/",
        desk_views.holds_without_practitioner,
        name="holds_without_practitioner",
    ),
    path("records/to-unshield/", desk_views.records_to_unshield, name="records_to_unshield"),
    path(
        "records/being-unshielded/",
        desk_views.records_being_unshielded,
        name="records_being_unshielded",
    ),
    path("records/ends-to-confirm/", desk_views.ends_to_confirm, name="ends_to_confirm"),
    path("records/answers-by-phone/", hold_views.answers_by_phone, name="answers_by_phone"),
    path(
        "records/to-check-again/",
        data_load_views.records_to_check_again,
        name="records_to_check_again",
    ),
    path("data-loads/", data_load_views.data_loads, name="data_loads"),
    path(
        "data-loads/<reference:reference>/take-back/",
        data_load_views.data_load_take_back,
        name="data_load_take_back",
    ),
    path("records/", register_views.register, name="register"),
    path(f"{_record}purpose/", desk_views.record_purpose, name="record_purpose"),
    path(_record, desk_views.record_detail, name="record_detail"),
    path(f"{_record}check/", check_views.record_check, name="record_check"),
    path(f"{_record}number/", desk_views.record_number, name="record_number"),
    path(f"{_record}never-applied/", desk_views.record_never_applied, name="record_never_applied"),
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
    path(f"{_record}end/", other_end_views.record_end_propose, name="record_end_propose"),
    path(f"{_record}end/confirm/", other_end_views.record_end_confirm, name="record_end_confirm"),
    path(
        f"{_record}end/withdraw/", other_end_views.record_end_withdraw, name="record_end_withdraw"
    ),
    path("duty/", duty_views.duty, name="duty"),
    path("duty/<reference:reference>/take/", duty_views.duty_take, name="duty_take"),
    path("six-monthly-reviews/", review_views.review_list, name="review_list"),
    path(_review, review_views.review_detail, name="review_detail"),
    path(f"{_review}conclude/", review_views.review_conclude, name="review_conclude"),
    path(f"{_review}line-managers/", review_views.review_escalate, name="review_escalate"),
    path(f"{_said}answer/", hold_views.hold_answer, name="hold_answer"),
    path(f"{_said}let-go/", hold_views.hold_let_go, name="hold_let_go"),
    path("by-phone/attest/", hold_views.words_to_attest, name="words_to_attest"),
    path(f"{_said}attest/", hold_views.hold_attest, name="hold_attest"),
    path(f"{_said}not-withdrawn/", dispute_views.hold_denied, name="hold_denied"),
    path(f"{_said}in-error/", hold_views.hold_in_error, name="hold_in_error"),
    path(f"{_said}review/", added_review_views.hold_review, name="hold_review"),
    path(f"{_said}family/", hold_views.hold_family, name="hold_family"),
    path(f"{_said}hand-over/", hand_over_views.hold_hand_over, name="hold_hand_over"),
    path(
        f"{_said}hand-over/<uuid:to>/", hand_over_views.hold_hand_over_to, name="hold_hand_over_to"
    ),
    path("people/<uuid:uid>/hand-over/", hand_over_views.person_hand_over, name="person_hand_over"),
    path(
        "people/<uuid:uid>/hand-over/<uuid:to>/",
        hand_over_views.person_hand_over_to,
        name="person_hand_over_to",
    ),
    path("people/<uuid:uid>/move/", move_views.person_move, name="person_move"),
    path("people/<uuid:uid>/move/<slug:code>/", move_views.person_move_to, name="person_move_to"),
    path("people/hand-overs/", hand_over_views.hand_overs, name="hand_overs"),
    path("people/hand-overs/<reference:reference>/", hand_over_views.hand_over, name="hand_over"),
    path(
        "people/hand-overs/<reference:reference>/withdraw/",
        hand_over_views.hand_over_withdraw,
        name="hand_over_withdraw",
    ),
    path(
        "people/hand-overs/<reference:reference>/settle/",
        dispute_views.hand_over_settle,
        name="hand_over_settle",
    ),
    path("changed-hands/<str:token>/", dispute_views.hand_over_wrong, name="hand_over_wrong"),
    path("suspended/<str:token>/", dispute_views.suspension_wrong, name="suspension_wrong"),
    path("people/suspensions/", dispute_views.suspensions, name="suspensions"),
    path(
        "people/suspensions/<reference:reference>/",
        dispute_views.suspension,
        name="suspension",
    ),
    path(
        "people/mail/<int:mail>/send-again/",
        lost_mail_views.mail_send_again,
        name="mail_send_again",
    ),
    path("team/review/", added_review_views.team_review, name="team_review"),
    path("team/", staff_overdue_views.team_reviews, name="team"),
    path("desk/", include("requests_app.desk.urls")),
    path("go-live/", include("requests_app.go_live.urls")),
    path("brokerage/", include("brokerage.desk.urls")),
    path("", include("requests_app.urls")),
    path("", include("brokerage.urls")),
    path("", include("shielding.accounts.urls")),
    # After these: "add" is no code of a service.
    path("people/services/<slug:code>/", service_views.service, name="service"),
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
    path(
        "logbook/",
        logbook_views.entry_list,
        {"services": Service.objects.codes_and_names},
        name="logbook",
    ),
    path("logbook/", include("logbook.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path(security_txt.PATH, security_txt.security_txt, name="security_txt"),
]
if settings.DEMO_CLOCK:
    urlpatterns += [path("demo/", include("shielding.demo.urls"))]
