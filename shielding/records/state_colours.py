"""The colours of the tags that say where a record is; for the IW Team alone, as its state is."""

from shielding.records import states

COLOURS = {
    states.NOT_SHIELDED: "grey",
    states.TO_SHIELD: "red",
    states.SHIELDED: "green",
    states.UNSHIELDING: "orange",
    states.CLOSED: "grey",
}
