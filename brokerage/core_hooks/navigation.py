"""What brokerage puts into the menu of every page."""

from shielding.hooks import MenuItem
from shielding.roles import Role

MENU = (
    MenuItem(Role.PRACTITIONER, "access_list", "Your access requests", 20),
    MenuItem(Role.IW, "brokerage_queue", "Brokerage", 20),
)
TO_BEGIN = (MenuItem(Role.PRACTITIONER, "access_start", "Ask to reach somebody", 20),)
# What others ask of somebody: below no item, though the address begins as that of one.
OF_NO_ITEM = ("access_to_agree", "liaison_list")
