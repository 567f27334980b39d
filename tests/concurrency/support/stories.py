"""What leads far: chains of acts on one record, and what a look may find beside each act."""

from random import Random

from tests.concurrency.support.model.tables import DUPLICATE, FINDINGS, NOT_FOUND, SHIELDED

# Acts that attest what a member found: that it is shielded, or something else.
ATTEST = dict.fromkeys(
    (
        "apply", "agree_applied", "confirm", "conclude_let_go", "conclude_first", "conclude_added",
        "conclude", "stop", "still_shielded", "confirm_end", "look",
    ),
    FINDINGS,
)  # fmt: skip
ATTEST["never_applied"] = (SHIELDED, DUPLICATE, NOT_FOUND)
WITH_FINDINGS = sorted(f"{act}:{found}" for act, findings in ATTEST.items() for found in findings)


def as_found(act: str, draw: Random, otherwise: float) -> str:
    """Return an act as it is done: on what a look finds, so often something else."""
    found = act in ATTEST and draw.random() < otherwise
    return f"{act}:{draw.choice(ATTEST[act])}" if found else act


# Each first step of two, and what the second may be.
TWO_STEPS = {
    "propose": ["confirm"],
    "propose_end": ["confirm_end"],
    "propose_hand_over": ["confirm_hand_over"],
    "begin": ["confirm_unshield"],
    "withdraw": ["attest_word", "deny_release"],
    "enter_load": ["take_back_load"],
}
LATER, ALL_GO, AGAIN = "later", "all_go", "again"
SAID_WRONG = ("say_wrong", "settle_rightful", "settle_wrong")
SETTLED = ("suspended_rightly", "suspended_wrongly")
# What anybody would come to by chance once in a thousand runs, in its order and on one record. Days
# pass, whoever asks lets go, somebody does what they just did; with a "!" they find something else.
STORIES = tuple(
    story.split()
    for story in (
        "submit apply all_go later begin confirm_unshield",
        "submit apply all_go later begin submit all_go still_shielded! still_shielded",
        "submit apply all_go later begin stop! stop! stop",
        "submit apply all_go later begin stop",
        "submit all_go never_applied! again never_applied",
        "submit all_go never_applied! never_applied!",
        "submit agree_applied! agree_applied later conclude_first! conclude_first",
        "submit apply later open_review still_needed conclude! conclude! conclude",
        "submit send_back resubmit propose overturn propose confirm! confirm say_family",
        "submit send_back propose overturn propose resubmit overturn propose",
        "phone send_back propose confirm_phoned resubmit overturn",
        "submit ask_review still_needed conclude_added! conclude_added",
        "submit apply! apply withdraw conclude_let_go! conclude_let_go again!",
        "submit phone_back again propose_end confirm_end! withdraw_end propose_end confirm_end",
        "submit apply enter_load again look look! take_back_load look look",
        "phone answers_by_phone needed_by_phone apply not_needed_by_phone attest_word",
        "phone agree confirm_phoned phone_back apply withdraw",
        "phone disown_phoned agree propose confirm",
        "phone send_back confirm_phoned resubmit agree later conclude_first",
        "phone withdraw attest_word never_applied",
    )
)
