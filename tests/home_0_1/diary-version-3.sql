PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE enrolment (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            course TEXT NOT NULL,
            routine TEXT,
            started TEXT NOT NULL,
            stopped TEXT
        );
INSERT INTO "enrolment" VALUES(1,'ada','weekly','goddard','2026-11-30T21:43:12.454126Z',NULL);
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
        );
INSERT INTO "note" VALUES(1,'ada','2026-11-30T21:43:13.089944Z','before',5,NULL,NULL,NULL,'');
CREATE TABLE session (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            routine TEXT NOT NULL,
            device TEXT,
            started TEXT NOT NULL,
            duration_s REAL NOT NULL,
            outcome TEXT NOT NULL,
            peak_mmhg REAL
        , cold_s REAL NOT NULL DEFAULT 0);
INSERT INTO "session" VALUES(1,'ada','goddard',NULL,'2026-11-30T21:43:13.692260Z',0.0,'completed',NULL,0.0);
CREATE INDEX session_person ON session (person);
CREATE INDEX note_person ON note (person);
CREATE UNIQUE INDEX enrolment_running ON enrolment (person, course) WHERE stopped IS NULL;
COMMIT;
