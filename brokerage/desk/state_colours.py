"""The colours of the tags that say where an access request is."""

from brokerage import states

# The colour of the tag that says the state to the IW Team. Requester, line manager and source read
# words of their own: brokerage/outcome_words.py, brokerage/source/presenters.py.
COLOURS = {
    states.WITH_MANAGER: "grey",
    states.DECLINED: "grey",
    states.WITH_IW: "blue",
    states.BEING_BROKERED: "yellow",
    states.WITH_LEAD: "orange",
    states.CONCLUDED: "green",
    states.WITHDRAWN: "grey",
    states.LAPSED: "red",
}
