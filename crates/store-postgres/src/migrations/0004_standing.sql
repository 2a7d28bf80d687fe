-- Whether the directory is not to be used, or not any more, because of a move: see `transfer`. No row: it is.

CREATE TABLE standing (
    one   smallint PRIMARY KEY CHECK (one = 1),
    state smallint NOT NULL,
    of    text     NOT NULL,
    other text     NOT NULL
);
