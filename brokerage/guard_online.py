"""How somebody is found online: mail addresses, web addresses, names on social media.

Works on the plain text of guard_spelling. Every pattern's repeats are bounded.
"""

import re
from collections.abc import Iterable

from brokerage.guard_words import ACRONYMS, COMMON_WORDS, NO_ACCOUNT, SERVICE_WORDS

Spans = Iterable[tuple[int, int]]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_MAILBOXES = "gmail|googlemail|hotmail|yahoo|icloud|btinternet|protonmail|aol|talktalk|ymail"
_EMAIL = _pattern(
    r"[a-z0-9._%+'\-]@[a-z0-9][a-z0-9.\-]{0,63}"
    r"|[a-z0-9]\s?@\s?[a-z0-9\-]{1,63}\s?\.\s?[a-z]{2,10}"
    r"|[a-z0-9]\s?[\[({<]\s?at\s?[\])}>]\s?[a-z0-9]"
    r"|[a-z0-9]\sat\s[a-z0-9\-]{1,63}\s?[\[(]?(?:dot|\.)[\])]?\s?(?:com|co|org|net|uk|gov|nhs|sch|ac)(?![a-z])"
    rf"|[a-z0-9][\s\-_](?:at|@)[\s\-_](?:{_MAILBOXES})(?![a-z])"
    rf"|(?<![a-z])(?:{_MAILBOXES})\s?[:=]\s?[a-z0-9]"
)
_URL = _pattern(
    r"h[tx]{2}ps?\s?(?::|colon)|www\s?\.|youtu\.be|///\s?[a-z]|://"
    r"|(?<![a-z])(?:what3words|what 3 words|w3w)\s[a-z]"
    r"|(?<![a-z0-9])[a-z0-9\-]{1,63}\.(?:com|org|net|co|uk|io|info|gov|edu|eu|ly|app|dev|tv|biz|gg|social"
    r"|link|xyz|online|site|wordpress|blogspot|tumblr)(?![a-z])"
    # endings that are words or ends of words as well: small ones only, or a full stop lacks a space
    r"|(?<![a-z0-9])[a-z0-9\-]{2,63}\.(?-i:school|academy|wales|cymru|scot|london|blog|website|store"
    r"|shop|club|wiki|zone|cloud|tech|mobi|ac|ca|cz|de|dk|ee|es|fi|fm|fr|gr|hu|ie|jp|lt|lv|nl|nu|nz"
    r"|pk|pl|ro|ru|se|sh|sk|tk|tr|ua|vc|ws|za)(?![a-z0-9])"
    r"|[a-z0-9]\s?[\[({]\s?(?:dot|\.)\s?[\])}]\s?(?:com|co|org|net|uk|gov|nhs|sch|ac|io|info)(?![a-z])"
    r"|\.\s(?:com|co\s?\.\s?uk|org\.uk|gov\.uk)(?![a-z])|\sdot\s(?:com|co|org|net|uk)(?![a-z])"
)
_PATH = _pattern(r"(?<![a-z0-9@])[a-z0-9\-]{1,63}\.(?P<ending>[a-z]{2,12})/[a-z0-9@~_]")
_NETWORKS = (
    "insta|instagram|ig|snap|snapchat|tiktok|tik tok|facebook|fb|whatsapp|twitter|discord|xbox|psn"
    "|gamertag|gamer tag|telegram|roblox|bereal|vinted|minecraft|fortnite|onlyfans|screen ?name"
    "|user ?name"
)
_HANDLE = _pattern(
    r"(?<![a-z0-9])@\s?[a-z_][a-z0-9_.]"
    rf"|(?<![a-z])(?:{_NETWORKS}|user ?name|handle)"
    r"\s?(?:name|user|id|tag|handle|is|as|:|=|-|\s){0,4}\s?[a-z.]{0,20}[_0-9]"
    r"|(?<![a-z0-9])[a-z0-9_.]{2,32}#[0-9]{3,5}(?![0-9])"
)
_WHO = r"(?P<who>[a-z][a-z0-9_.\-]{2,32})"
# Said to be a name there: refused. Only beside the network's name: asked about.
_NAMED = _pattern(
    rf"(?<![a-z])(?:{_NETWORKS})\s?(?:user ?name|name|user|id|tag|gamertag|handle|account)?"
    rf"(?:\s?[:=]\s?|\s-\s|\s(?:user ?name|name|user|id|tag|gamertag|handle)\s(?:is\s)?){_WHO}"
)
# Networks whose names are words as well: "Steam: jsmith", but not "steam" nor "Child X: allocated".
_NO_NETWORK = "".join(
    rf"(?<!{before}\s)"
    for before in (
        *("adult", "child", "family", "father", "group", "mother", "option", "parent", "person"),
        *("pupil", "school", "service", "sibling", "team", "year"),
    )
)
_WORD_NETWORKS = (
    _pattern(rf"(?<![a-z])(?:user ?name|gamer ?tag|screen ?name)\sis\s{_WHO}"),
    _pattern(rf"(?<![a-z0-9]){_NO_NETWORK}(?:steam|twitch|threads|signal|x)\s?[:=]\s?{_WHO}"),
    _pattern(rf"(?<![a-z])on\s(?:steam|twitch|threads|signal|x)\s(?:as|is)\s{_WHO}"),
    _pattern(r"(?<![a-z])(?:steam|twitch|threads|signal)\s(?P<who>[a-z][a-z.]{1,20}[_0-9]{1,5})"),
)
_LIKE_A_HANDLE = re.compile(r"(?<![A-Za-z0-9_.@])[a-z]{2,20}_[a-z_]{0,20}[0-9]{1,4}(?![A-Za-z0-9])")
# Letters and figures run together, as in "janesmith04" but not in "covid19" or "section47".
_RUN_TOGETHER = re.compile(r"(?<![A-Za-z0-9_.@/\-])(?P<who>[a-z]{5,20})[0-9]{2,4}(?![A-Za-z0-9])")
_BESIDE = (
    _pattern(rf"(?<![a-z])(?:{_NETWORKS})(?:\s(?:is|as|under|called))?[\s/]{_WHO}"),
    _pattern(rf"(?<![a-z]){_WHO}\son\s(?:{_NETWORKS})(?![a-z])"),
    _pattern(rf"(?<![a-z])(?:{_MAILBOXES})(?:\sis)?\s{_WHO}"),
    _pattern(rf"(?<![a-z]){_WHO}\s(?:{_MAILBOXES})(?![a-z])"),
)
_ORDINARY = COMMON_WORDS | SERVICE_WORDS | ACRONYMS | NO_ACCOUNT
_ORDINARY_ENDINGS = ("ing", "ed", "ly", "tion", "sion", "ment", "ness", "ity", "ance")


def emails(text: str) -> Spans:
    """Yield mail addresses, however the sign and the dots are written."""
    return (found.span() for found in _EMAIL.finditer(text))


def web_addresses(text: str) -> Spans:
    """Yield web addresses, whole or without their beginning."""
    for found in _URL.finditer(text):
        yield found.span()
    for found in _PATH.finditer(text):
        ending = found["ending"].lower()
        if ending in {"me", "be"} or ending not in COMMON_WORDS | SERVICE_WORDS:
            yield found.span()


def handles(text: str) -> Spans:
    """Yield names on social media: written like one, or said to be one ("insta: janesmith")."""
    for found in _HANDLE.finditer(text):
        yield found.span()
    for found in _LIKE_A_HANDLE.finditer(text):
        yield found.span()
    for pattern in (_NAMED, *_WORD_NETWORKS):
        for found in pattern.finditer(text):
            if not _is_ordinary(found["who"]):
                yield found.span()


def accounts(text: str) -> Spans:
    """Yield words beside a network's or a mailbox's name that may be somebody's name there."""
    for pattern in (*_BESIDE, _RUN_TOGETHER):
        for found in pattern.finditer(text):
            who = found["who"]
            if not (_is_ordinary(who) or (who.isalpha() and who.endswith(_ORDINARY_ENDINGS))):
                yield found.span()


def _is_ordinary(who: str) -> bool:
    """Return whether it is a common word: "WhatsApp group", not "snapchat is janesmith"."""
    small = who.lower().rstrip(".-")
    return small in _ORDINARY or small.removesuffix("s") in _ORDINARY
