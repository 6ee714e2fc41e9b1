"""The diary's tables, version by version. A version that was ever released is never edited: a new one is added."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE session (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            routine TEXT NOT NULL,
            device TEXT,
            started TEXT NOT NULL,
            duration_s REAL NOT NULL,
            outcome TEXT NOT NULL,
            peak_mmhg REAL
        )
        """,
        """
        CREATE TABLE note (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            at TEXT NOT NULL,
            moment TEXT NOT NULL,
            pain INTEGER,
            tension INTEGER,
            sleep INTEGER,
            swelling_cm REAL,
            text TEXT NOT NULL
        )
        """,
        "CREATE INDEX session_person ON session (person)",
        "CREATE INDEX note_person ON note (person)",
    ),
    (
        """
        CREATE TABLE enrolment (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            course TEXT NOT NULL,
            routine TEXT,
            started TEXT NOT NULL,
            stopped TEXT
        )
        """,
        "CREATE UNIQUE INDEX enrolment_running ON enrolment (person, course) WHERE stopped IS NULL",
    ),
    ("ALTER TABLE session ADD COLUMN cold_s REAL NOT NULL DEFAULT 0",),
    (
        "ALTER TABLE session ADD COLUMN ended TEXT",
        "ALTER TABLE session ADD COLUMN planned_s REAL",
        "ALTER TABLE session ADD COLUMN pressed_s REAL",
        "ALTER TABLE session ADD COLUMN simulated INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE session ADD COLUMN boot TEXT",
        "ALTER TABLE session ADD COLUMN booted TEXT",
        "ALTER TABLE session ADD COLUMN rest_from TEXT",
    ),
)
"""Statements that lead from each version to the next; the version of a file is its `user_version`."""
