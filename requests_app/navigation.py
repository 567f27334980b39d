"""What requests to shield put into the menus: of every page, of home, and of a line manager."""

from shielding.hooks import MenuItem
from shielding.roles import Role

MENU = (
    MenuItem(Role.PRACTITIONER, "request_list", "Your requests", 10),
    MenuItem(Role.IW, "desk_queue", "Work queue", 10),
)
TO_BEGIN = (
    MenuItem(Role.PRACTITIONER, "request_start", "Ask for a shield", 10),
    MenuItem(Role.IW, "phoned", "Log a phoned request", 10),
    MenuItem(Role.IW, "redirected", "Log a family that asked the council directly", 20),
    MenuItem(Role.IW, "go_live", "Take over shields from a file", 30),
)
FOR_MANAGERS = (
    MenuItem(
        Role.PRACTITIONER,
        "supporting",
        "Requests that name you as the manager who supported them",
        10,
    ),
)
