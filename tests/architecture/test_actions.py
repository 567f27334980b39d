"""Every action takes who and when by name, and leaves an entry."""

import ast
from functools import cache

import pytest

from tests.architecture.support.source_code import calls, functions, imported, modules, parsed

WRITES = "logbook.writing.log_entry"
WRITES_ALONE = "logbook.writing.log_entry_alone"

# The modules whose public functions are actions. Whoever else writes an entry with the act it
# tells of is named in OTHER_WRITERS.
ACTIONS = {
    "requests_app.practitioner.actions",
    "requests_app.practitioner.letters",
    "requests_app.desk.actions",
    "requests_app.desk.phoned_requests",
    "requests_app.go_live.actions",
    "shielding.accounts.actions",
    "shielding.accounts.corrections.actions",
    "shielding.accounts.bulk.actions",
    "shielding.accounts.deputies.actions",
    "shielding.accounts.factor_resets.actions",
    "shielding.accounts.second_factor.actions",
    "shielding.accounts.role_grants",
    "shielding.accounts.sessions.actions",
    "shielding.accounts.suspending",
    "shielding.checks.actions",
    "shielding.checks.data_loads.actions",
    "shielding.desk.actions",
    "shielding.duty.actions",
    "shielding.search.actions",
    "shielding.reviews.actions",
    "shielding.reviews.added.actions",
    "shielding.holds.actions",
    "shielding.holds.disputes.hand_over_actions",
    "shielding.holds.disputes.release_actions",
    "shielding.holds.disputes.suspension_actions",
    "shielding.holds.hand_over.actions",
    "shielding.holds.letting_go",
    "shielding.holds.moves.actions",
    "shielding.operations.lost_mail.actions",
    "shielding.unshield.actions",
    "shielding.unshield.attestations",
    "shielding.unshield.other_ends",
    "brokerage.requester.actions",
    "brokerage.line_manager.actions",
    "brokerage.source.actions",
    "brokerage.desk.actions",
    "brokerage.desk.urgent_calls",
    "brokerage.core_hooks.lapsing",
}
OTHER_WRITERS = {
    "logbook.writing": "the pen itself",
    "shielding.management.commands.release": "the server's administrator, who has no account",
    "shielding.operations.first_accounts": "the server's administrator, who has no account",
    "shielding.operations.break_glass": "two at the server, where nobody is signed in",
    "requests_app.hand_over": "a part of the core's hand-over, which calls it by a hook",
    "brokerage.core_hooks.hand_over": "a part of the core's hand-over, which calls it by a hook",
    "brokerage.core_hooks.unshield": "a part of the core's unshield, which calls it by a hook",
    "shielding.reviews.consultations": "a part of acts on holds and reviews",
    "shielding.holds.hand_over.changing_hands": "a part of whatever gives a hold to another source",
    "shielding.accounts.attempts.refused": "the round, which tells what strangers tried",
    "shielding.accounts.sign_in.entries": "a session's row and its entry stand or fall together",
    "shielding.accounts.sign_in.views": "changing one's own password is allauth's act, on its page",
}
# Public for a neighbouring module, and part of an act that takes `by` and leaves the entry.
INNER = {
    "brokerage.source.actions.stop": "a part of stopping a contact, and of a hand-over",
    "requests_app.practitioner.letters.next_review": "a question, not an act",
    "requests_app.practitioner.letters.printable": "a question, not an act",
    "shielding.accounts.actions.locked_in_line": "a lock that acts share",
    "shielding.accounts.suspending.alone_with_roles": "a lock that acts share",
    "shielding.accounts.actions.open_service": "a lock that acts share",
    "shielding.accounts.actions.alone_to_add": "a lock that acts share",
    "shielding.accounts.actions.sent_before": "a question, not an act",
    "shielding.accounts.actions.create_account": "add_practitioner and propose_account log it",
    "shielding.accounts.bulk.actions.claim_row": "a part of the act that does a row",
    "shielding.reviews.actions.conclude_request_review": "the decision logs its lateness",
    "shielding.reviews.actions.give_review_its_hold": "the answers sent again are the entry",
    "shielding.reviews.actions.next_due": "a date, not an act",
    "shielding.unshield.actions.move": "a part of the acts of a record",
    "shielding.unshield.actions.refuse_while_disputed": "a rule that the acts share",
    "shielding.unshield.actions.refuse_while_word_is_owed": "a rule that the acts share",
    "shielding.unshield.actions.refuse_without_look": "a rule that the acts share",
    "shielding.checks.actions.is_found_shielded": "a question, not an act",
    "shielding.checks.actions.note_news": "a part of the act that attests the rest",
    "shielding.checks.actions.note_look": "a part of the act that rests on the look",
    "shielding.holds.hand_over.actions.holds_in_hand": "a question, not an act",
    "shielding.holds.disputes.hand_over_actions.told_by": "a question, not an act",
    "shielding.accounts.sessions.actions.told_by": "a question, not an act",
    "shielding.holds.disputes.suspension_actions.told_by": "a question, not an act",
    "shielding.holds.hand_over.actions.in_hand": "a question, not an act",
    "shielding.holds.hand_over.actions.references_in_hand": "a question, not an act",
    "shielding.holds.hand_over.actions.references_of": "a question, not an act",
    "shielding.holds.actions.name_source": "who confirms is who is named",
    "shielding.holds.actions.could_let_go": "a question, not an act",
    "shielding.accounts.actions.owe_invitation": "adding an account or confirming its role logs it",
}

# Done by the clock and by nobody: no `by`, and each entry is the system's.
BY_THE_CLOCK = {
    "brokerage.core_hooks.lapsing.lapse",
    "shielding.reviews.actions.open_due_reviews",
    "shielding.reviews.actions.open_reviews_of",
    "shielding.reviews.added.actions.begin_review",
    "shielding.reviews.added.actions.begin_reviews",
}

TREES = {name: parsed(path) for name, path in modules().items()}


def actions():
    """Return every public function of the action modules, by dotted name."""
    return {
        f"{module}.{name}": function
        for module in sorted(ACTIONS)
        for name, function in functions(TREES[module]).items()
        if not name.startswith("_") and f"{module}.{name}" not in INNER.keys() | BY_THE_CLOCK
    }


@cache
def called_by():
    """Return what each function of ours calls, by dotted name."""
    return {
        f"{module}.{name}": set(calls(function, imported(tree), module))
        for module, tree in TREES.items()
        for name, function in functions(tree).items()
    }


def test_a_module_that_writes_entries_with_acts_is_one_of_actions():
    writers = {name for name, tree in TREES.items() if WRITES in imported(tree).values()}
    assert writers <= ACTIONS | set(OTHER_WRITERS)
    assert writers >= ACTIONS


def test_every_file_of_actions_is_one_of_actions():
    assert {name for name in TREES if name.endswith(".actions")} <= ACTIONS


@pytest.mark.parametrize(("name", "function"), actions().items(), ids=actions())
def test_who_and_when_are_given_by_name(name, function):
    keyword_only = {argument.arg for argument in function.args.kwonlyargs}
    assert {"by", "now"} <= keyword_only or _at_its_own_time(function, keyword_only)


def _at_its_own_time(function, keyword_only):
    """Opening a review is dated by the submission it follows, not by a second clock reading."""
    return function.name == "open_request_review" and {"by", "submitted_at"} <= keyword_only


@pytest.mark.parametrize("name", actions())
def test_every_action_leaves_an_entry(name):
    graph, waiting, seen = called_by(), [name], set()
    while waiting:
        one = waiting.pop()
        if one in (WRITES, WRITES_ALONE):
            return
        if one not in seen:
            seen.add(one)
            waiting += graph.get(one, ())
    pytest.fail(f"{name} leaves no entry")


@pytest.mark.parametrize("name", INNER)
def test_an_inner_function_is_there_and_is_called_by_an_action(name):
    graph = called_by()
    assert name in graph
    assert any(name in graph[other] for other in graph if other != name)


def test_no_action_reads_the_clock_itself():
    """`now` enters once, as an argument, so that one act has one time and a test can set it."""
    clocks = {"now", "utcnow", "today", "localdate", "localtime"}
    read = [
        f"{module}:{node.lineno}"
        for module in ACTIONS
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"timezone", "datetime", "date"}
    ]
    assert read == []
