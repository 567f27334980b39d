"""Addresses of signing in, of everybody's account, and of the pages about people."""

from django.conf import settings
from django.urls import path

from shielding.accounts.bulk import views as bulk_views
from shielding.accounts.corrections import views as correction_views
from shielding.accounts.deputies import views as deputy_views
from shielding.accounts.directory import views
from shielding.accounts.factor_resets import views as reset_views
from shielding.accounts.second_factor import again_views, own_views
from shielding.accounts.second_factor import views as factor_views
from shielding.accounts.sessions import views as session_views
from shielding.accounts.sign_in import views as sign_in_views
from shielding.notices import demo_views
from shielding.notices import views as notice_views

urlpatterns = [
    path("sign-in/", sign_in_views.sign_in, name="account_login"),
    path("sign-out/", sign_in_views.sign_out, name="account_logout"),
    path("password/", sign_in_views.change_password, name="account_change_password"),
    path("forgotten-password/", sign_in_views.forgotten, name="account_reset_password"),
    path("forgotten-password/sent/", sign_in_views.link_sent, name="account_reset_password_done"),
    path(
        "new-password/<slug:uidb36>/<slug:key>/",
        sign_in_views.new_password,
        name="account_reset_password_from_key",
    ),
    path("sign-in/second-step/", factor_views.second_factor, name="second_factor"),
    path("sign-in/recovery-code/", factor_views.recovery_code, name="recovery_code"),
    path("sign-in/set-up/", factor_views.factor_begin, name="factor_begin"),
    path("sign-in/set-up/spoken-code/", factor_views.factor_spoken_code, name="factor_spoken_code"),
    path("sign-in/set-up/app/", factor_views.factor_app, name="factor_app"),
    path("sign-in/set-up/key/", factor_views.factor_key, name="factor_key"),
    path("sign-in/set-up/codes/", factor_views.factor_codes, name="factor_codes"),
    path("sign-in/set-up/<slug:uidb36>/<slug:key>/", factor_views.factor_link, name="factor_link"),
    path("sign-in/somebody-else/", factor_views.stage_leave, name="stage_leave"),
    path("sign-in/lost/", factor_views.lost_factor, name="lost_factor"),
    path("confirm-it-is-you/", sign_in_views.confirm_it_is_you, name="account_reauthenticate"),
    path("session/extend/", views.session_extend, name="session_extend"),
    path("your-account/", views.your_account, name="your_account"),
    path("your-account/sign-ins/", session_views.own_sessions, name="own_sessions"),
    path(
        "your-account/sign-ins/<uuid:uid>/end/",
        session_views.own_session_end,
        name="own_session_end",
    ),
    path(
        "your-account/sign-ins/end-others/",
        session_views.own_sessions_end_others,
        name="own_sessions_end_others",
    ),
    path("your-account/second-step/", own_views.own_factors, name="own_factors"),
    path("your-account/second-step/again/", again_views.factor_again, name="factor_again"),
    path("your-account/second-step/add/", own_views.own_factor_add, name="own_factor_add"),
    path("your-account/second-step/app/", own_views.own_factor_app, name="own_factor_app"),
    path("your-account/second-step/key/", own_views.own_factor_key, name="own_factor_key"),
    path("your-account/second-step/codes/", own_views.own_codes, name="own_codes"),
    path(
        "your-account/second-step/<uuid:uid>/end/", own_views.own_factor_end, name="own_factor_end"
    ),
    path("your-account/sign-ins/not-me/", session_views.not_me, name="not_me"),
    path("not-me/<str:token>/", session_views.not_me_by_link, name="not_me_by_link"),
    path("people/not-me/", session_views.not_mes, name="not_mes"),
    path("people/not-me/<reference:reference>/", session_views.not_me_settle, name="not_me_settle"),
    path("people/", views.people, name="people"),
    path("people/add/", views.person_add, name="person_add"),
    path("people/import/", bulk_views.people_import, name="people_import"),
    path(
        "people/import/<reference:reference>/",
        bulk_views.people_import_one,
        name="people_import_one",
    ),
    path(
        "people/import/<reference:reference>/take-back/",
        bulk_views.people_import_take_back,
        name="people_import_take_back",
    ),
    path("people/<uuid:uid>/", views.person, name="person"),
    path("people/<uuid:uid>/line-manager/", views.person_manager, name="person_manager"),
    path("people/<uuid:uid>/deputy/", deputy_views.person_deputy, name="person_deputy"),
    path(
        "people/<uuid:uid>/deputy/name/",
        deputy_views.person_deputy_name,
        name="person_deputy_name",
    ),
    path("people/<uuid:uid>/address/", correction_views.person_address, name="person_address"),
    path("people/addresses/", correction_views.addresses, name="addresses"),
    path(
        "people/addresses/<reference:reference>/",
        correction_views.address_change,
        name="address_change",
    ),
    path(
        "people/addresses/<reference:reference>/withdraw/",
        correction_views.address_withdraw,
        name="address_withdraw",
    ),
    path(
        "people/<uuid:uid>/second-step/",
        reset_views.person_factor_reset,
        name="person_factor_reset",
    ),
    path("people/second-steps/", reset_views.factor_resets, name="factor_resets"),
    path(
        "people/second-steps/<reference:reference>/",
        reset_views.factor_reset,
        name="factor_reset",
    ),
    path(
        "people/second-steps/<reference:reference>/withdraw/",
        reset_views.factor_reset_withdraw,
        name="factor_reset_withdraw",
    ),
    path("people/<uuid:uid>/name/", views.person_name, name="person_name"),
    path("people/<uuid:uid>/phone-number/", views.person_phone, name="person_phone"),
    path("people/<uuid:uid>/role/", views.role_propose, name="role_propose"),
    path("people/<uuid:uid>/invite/", views.person_invite, name="person_invite"),
    path("people/<uuid:uid>/phone/", views.person_vouch, name="person_vouch"),
    path("people/to-phone/", views.people_to_phone, name="people_to_phone"),
    path("people/<uuid:uid>/suspend/", views.person_suspend, name="person_suspend"),
    path("people/<uuid:uid>/reactivate/", views.person_reactivate, name="person_reactivate"),
    path("people/deputy/", deputy_views.deputy, name="deputy"),
    path("people/deputy/name/", deputy_views.deputy_name, name="deputy_name"),
    path("people/deputy/<reference:reference>/end/", deputy_views.deputy_end, name="deputy_end"),
    path("people/services/", views.services, name="services"),
    path("people/services/add/", views.service_add, name="service_add"),
    path("people/services/<slug:code>/close/", views.service_close, name="service_close"),
    path("people/services/<slug:code>/reopen/", views.service_reopen, name="service_reopen"),
    path("people/mail/", notice_views.notices, name="notices"),
    path("people/roles/", views.roles, name="roles"),
    path("people/roles/add/", views.role_account, name="role_account"),
    path("people/roles/<reference:reference>/confirm/", views.role_confirm, name="role_confirm"),
    path("people/roles/<reference:reference>/refuse/", views.role_refuse, name="role_refuse"),
]
if settings.MAIL_FOLDER:
    urlpatterns += [
        path("demo/mail/", demo_views.demo_mails, name="demo_mails"),
        path("demo/mail/<slug:name>/", demo_views.demo_mail, name="demo_mail"),
    ]
