"""Addresses of signing in, of everybody's account, and of the pages about people."""

from django.urls import path

from shielding.accounts import doors, views

urlpatterns = [
    path("sign-in/", doors.sign_in, name="account_login"),
    path("sign-out/", doors.sign_out, name="account_logout"),
    path("password/", doors.change_password, name="account_change_password"),
    path("confirm-it-is-you/", doors.confirm_it_is_you, name="account_reauthenticate"),
    path("session/extend/", views.session_extend, name="session_extend"),
    path("your-account/", views.your_account, name="your_account"),
    path("people/", views.people, name="people"),
    path("people/add/", views.person_add, name="person_add"),
    path("people/<uuid:uid>/", views.person, name="person"),
    path("people/<uuid:uid>/line-manager/", views.person_manager, name="person_manager"),
    path("people/<uuid:uid>/name/", views.person_name, name="person_name"),
    path("people/<uuid:uid>/role/", views.role_propose, name="role_propose"),
    path("people/<uuid:uid>/suspend/", views.person_suspend, name="person_suspend"),
    path("people/<uuid:uid>/reactivate/", views.person_reactivate, name="person_reactivate"),
    path("people/services/", views.services, name="services"),
    path("people/services/add/", views.service_add, name="service_add"),
    path("people/services/<slug:code>/close/", views.service_close, name="service_close"),
    path("people/roles/", views.roles, name="roles"),
    path("people/roles/add/", views.role_account, name="role_account"),
    path("people/roles/<reference:reference>/confirm/", views.role_confirm, name="role_confirm"),
    path("people/roles/<reference:reference>/refuse/", views.role_refuse, name="role_refuse"),
]
