"""Addresses of brokerage: the line manager's pages, the source's, and the requester's."""

from django.urls import path

from brokerage.line_manager import views as manager_views
from brokerage.requester import views as requester_views
from brokerage.source import views as source_views

_agree = "access/to-agree/"
_asked = "access/questions/"
_approval, _liaison = f"{_agree}<reference:reference>/", f"{_asked}<reference:reference>/"
_access = "access/<reference:reference>/"

urlpatterns = [
    path(_agree, manager_views.access_to_agree, name="access_to_agree"),
    path(_approval, manager_views.access_approval, name="access_approval"),
    path(f"{_approval}agree/", manager_views.access_agree, name="access_agree"),
    path(
        f"{_approval}decline/",
        manager_views.access_decline,
        name="access_decline",
    ),
    path(_asked, source_views.liaison_list, name="liaison_list"),
    path(_liaison, source_views.liaison_detail, name="liaison_detail"),
    path(
        f"{_liaison}answer/",
        source_views.liaison_answer,
        name="liaison_answer",
    ),
    path(
        f"{_liaison}object/",
        source_views.liaison_object,
        name="liaison_object",
    ),
    path(f"{_liaison}contact/", source_views.liaison_contact, name="liaison_contact"),
    path(f"{_liaison}stop/", source_views.liaison_stop, name="liaison_stop"),
    # The requester
    path("access/", requester_views.access_list, name="access_list"),
    path("access/start/", requester_views.access_start, name="access_start"),
    path(_access, requester_views.access_detail, name="access_detail"),
    path(f"{_access}check/", requester_views.access_check, name="access_check"),
    path(f"{_access}sent/", requester_views.access_sent, name="access_sent"),
    path(f"{_access}withdraw/", requester_views.access_withdraw, name="access_withdraw"),
    path(f"{_access}discard/", requester_views.access_discard, name="access_discard"),
    path(f"{_access}<slug:slug>/", requester_views.access_page, name="access_page"),
]
