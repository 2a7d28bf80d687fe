-- Whether the directory is not to be used, or not any more, because of a move: see `transfer`. No row: it is.

CREATE TABLE standing (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    state INTEGER NOT NULL,
    of    TEXT    NOT NULL,
    other TEXT    NOT NULL
) STRICT;
