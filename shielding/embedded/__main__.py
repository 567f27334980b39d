"""The embedded PostgreSQL: a real server from the binaries of an installed wheel, in this folder.

    python -m shielding.embedded run                     the site with demo data, until Ctrl-C
    python -m shielding.embedded exec -- COMMAND         COMMAND beside the server for tests
    python -m shielding.embedded exec --live -- COMMAND  COMMAND beside the data that `run` keeps

Both servers start with their first user and stop with their last; several commands may share one.
When DATABASE_URL and DATABASE_OWNER_URL are given, that server is used and none is started.
Only the standard library, so that a missing package ends in a sentence and not in a traceback.
"""

import signal
import sys

from shielding.embedded.progress import Trouble, say
from shielding.embedded.run import run
from shielding.embedded.servers_in_use import STOPS, attend, environment, stop_politely


def until_stopped() -> int:
    """Serve the site; to be told to stop is its ordinary end."""
    try:
        return run()
    except SystemExit:
        say("\nStopped. The data is kept; `make run` goes on with it.")
        return 0


def main(arguments: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    for number in STOPS:
        signal.signal(number, stop_politely)
    try:
        if arguments == ["run"]:
            return until_stopped()
        if arguments[:1] == ["exec"] and "--" in arguments:
            split = arguments.index("--")
            options, command = arguments[1:split], arguments[split + 1 :]
            if command and options in ([], ["--live"]):
                with environment(live=bool(options)) as env:
                    return attend(command, env)
        say(str(__doc__))
        return 2
    except Trouble as trouble:
        say(f"\n{trouble}")
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        say(f"\nCannot go on: {error.strerror or error}{where}")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
