"""Addresses of brokerage: the line manager's pages, the source's, and the requester's."""

from django.urls import path

from brokerage import approval_views, asking_views, liaison_views

_agree = "access/to-agree/"
_asked = "access/questions/"
_approval, _liaison = f"{_agree}<reference:reference>/", f"{_asked}<reference:reference>/"
_access = "access/<reference:reference>/"

urlpatterns = [
    path(_agree, approval_views.access_to_agree, name="access_to_agree"),
    path(_approval, approval_views.access_approval, name="access_approval"),
    path(f"{_approval}agree/", approval_views.access_agree, name="access_agree"),
    path(
        f"{_approval}decline/",
        approval_views.access_decline,
        name="access_decline",
    ),
    path(_asked, liaison_views.liaison_list, name="liaison_list"),
    path(_liaison, liaison_views.liaison_detail, name="liaison_detail"),
    path(
        f"{_liaison}answer/",
        liaison_views.liaison_answer,
        name="liaison_answer",
    ),
    path(
        f"{_liaison}object/",
        liaison_views.liaison_object,
        name="liaison_object",
    ),
    path(f"{_liaison}stop/", liaison_views.liaison_stop, name="liaison_stop"),
    # The requester
    path("access/", asking_views.access_list, name="access_list"),
    path("access/start/", asking_views.access_start, name="access_start"),
    path(_access, asking_views.access_detail, name="access_detail"),
    path(f"{_access}check/", asking_views.access_check, name="access_check"),
    path(f"{_access}sent/", asking_views.access_sent, name="access_sent"),
    path(f"{_access}withdraw/", asking_views.access_withdraw, name="access_withdraw"),
    path(f"{_access}discard/", asking_views.access_discard, name="access_discard"),
    path(f"{_access}<slug:slug>/", asking_views.access_page, name="access_page"),
]
