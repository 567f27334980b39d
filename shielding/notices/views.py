"""What became of everything that somebody was to be told, and when the worker last looked."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.notices import list_rows, lists
from shielding.notices.models import Notice
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.paging import page_of

# A technical administrator sees that mail goes out, and none of it.
ONLY_IW = "Only the IW Team reads which mails there are: they name practitioners."
# So many mails at most have their button on one page; the others follow as these are sent.
AT_ONCE = 50


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_safe
def notices(request: SignedIn) -> HttpResponse:
    """List the notices of one tab, 25 a page, below when each regular task last looked.

    A technical administrator reads the latter; what is owed names sources and is the IW Team's.
    """
    now = clock_now()
    tab = lists.tab_of(request.GET.get("show", ""))
    listed = tab.of(Notice.objects.visible_to(request.user).as_listed(), now)
    page = page_of(request, listed)
    stopped = list_rows.stopped(now)
    context = {
        "title": "Mail",
        "timers": list_rows.timer_rows(stopped),
        "timer_heads": list_rows.TIMER_HEADS,
        "stopped": stopped,
        "empty": "There is nothing here." if request.user.is_iw else ONLY_IW,
        "tabs": lists.tabs(tab),
        "page": page,
        "heads": list_rows.HEADS,
        "rows": list_rows.rows(page),
        "again": list_rows.to_send_again(listed.to_send_again(now)[:AT_ONCE] if tab.sends else []),
        "caption": tab.label,
        "back_url": reverse("people"),
    }
    return render(request, "shielding/notices/list.html", context)
