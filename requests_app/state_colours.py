"""The colours of the tags that say where a request to shield is."""

from requests_app import states

# The colour of the tag that says the state to the IW Team.
FOR_IW_TEAM = {
    states.SUBMITTED: "blue",
    states.RETURNED: "yellow",
    states.PROPOSED: "orange",
    states.AGREED: "green",
    states.NOT_AGREED: "grey",
    states.CONSIDERED: "blue",
    states.LOOK_AGAIN: "yellow",
    states.SETTLED: "grey",
}

# And to the practitioner, of the state as they read it: what they are to do stands out.
FOR_PRACTITIONER = {
    states.DRAFT: "grey",
    states.SUBMITTED: "blue",
    states.RETURNED: "orange",
    states.LOOK_AGAIN: "orange",
    states.AGREED: "green",
    states.NOT_AGREED: "purple",
    states.CONSIDERED: "turquoise",
    states.SETTLED: "turquoise",
}
# Phoned in their name, and theirs to confirm.
TO_CONFIRM = "orange"
