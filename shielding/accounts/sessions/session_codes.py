"""By what a session was begun, by which browser, and how it ended."""

from django.db.models import TextChoices


class Via(TextChoices):
    """What was given to begin a session."""

    PASSWORD = "password", "Password"  # noqa: S105 - a code
    RECOVERY = "recovery", "Password and a recovery code"
    DIRECTORY = "directory", "The council’s directory"
    BREAK_GLASS = "break_glass", "Let in at the server"


class Browser(TextChoices):
    """Which browser it says that it is."""

    EDGE = "edge", "Edge"
    SAMSUNG = "samsung", "Samsung Internet"
    OPERA = "opera", "Opera"
    FIREFOX = "firefox", "Firefox"
    CHROME = "chrome", "Chrome"
    SAFARI = "safari", "Safari"
    OTHER = "other", "Another browser"


class System(TextChoices):
    """On what it says that it runs."""

    WINDOWS = "windows", "Windows"
    IPHONE = "iphone", "an iPhone"
    IPAD = "ipad", "an iPad"
    ANDROID = "android", "Android"
    MAC = "mac", "a Mac"
    CHROMEBOOK = "chromebook", "a Chromebook"
    LINUX = "linux", "Linux"
    OTHER = "other", "another system"


class How(TextChoices):
    """Why a session is over. What the sign-in page says then: `shielding.web.sessions.ENDED`."""

    SELF = "self", "Signed out"
    IDLE = "idle", "Nothing happened for too long"
    HOURS = "hours", "Signed in for as long as a session lasts"
    ELSEWHERE = "elsewhere", "Signed out from another browser"
    PASSWORD = "password", "The password was changed"  # noqa: S105 - a code
    ACCOUNT = "account", "The account was changed"
    NOT_ME = "not_me", "Said to be somebody else"


class Found(TextChoices):
    """What the person said on the phone, of whom it was said that they were not signed in."""

    ANOTHER = "another", "Somebody else used the account"
    THEMSELVES = "themselves", "It was they themselves after all"
