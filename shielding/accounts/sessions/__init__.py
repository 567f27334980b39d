"""Where a person is signed in: one row for each session, its end, and "this was not me"."""
