"""How long somebody may stand in for a line manager, and how far ahead."""

# Both days counted. Whoever is away for longer needs another line manager, not a deputy: so one
# deputy has at most so many days for one manager, in however many stretches.
MOST_DAYS = 60
OF_DAYS = 120
# What is named further ahead than this is forgotten before it begins.
MONTHS_AHEAD = 12
