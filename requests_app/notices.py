"""The kinds of notice about requests to shield: what each is, and whether it waits for the day."""

from shielding.notices.kinds import Kind

KINDS = (
    Kind("confirm_phoned", "A phoned request to confirm", is_duty=True),
    Kind("named_as_supporter", "Named as supporter"),
)
