PRAGMA user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE enrolment (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            course TEXT NOT NULL,
            routine TEXT,
            started TEXT NOT NULL,
            stopped TEXT
        );
INSERT INTO "enrolment" VALUES(1,'ada','rls','rls_evening','2026-11-30T21:42:23.352544Z',NULL);
INSERT INTO "enrolment" VALUES(2,'ada','professional',NULL,'2026-11-30T21:42:28.448969Z',NULL);
INSERT INTO "enrolment" VALUES(3,'bob','weekly','goddard','2026-11-30T21:42:39.818492Z',NULL);
INSERT INTO "enrolment" VALUES(4,'bob','daily','doms_recovery','2026-11-30T21:42:40.519948Z','2026-11-30T21:42:41.135212+00:00');
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
INSERT INTO "note" VALUES(1,'ada','2026-11-30T21:38:54.687256Z','before',6,NULL,4,38.5,'long day, legs up');
INSERT INTO "note" VALUES(2,'ada','2026-11-30T21:40:10.203210Z','after',3,2,NULL,NULL,'');
INSERT INTO "note" VALUES(3,'bob','2026-11-30T21:40:22.168813Z','before',NULL,7,NULL,NULL,'');
CREATE TABLE session (
            id INTEGER PRIMARY KEY,
            person TEXT NOT NULL,
            routine TEXT NOT NULL,
            device TEXT,
            started TEXT NOT NULL,
            duration_s REAL NOT NULL,
            outcome TEXT NOT NULL,
            peak_mmhg REAL
        , cold_s REAL NOT NULL DEFAULT 0, ended TEXT, planned_s REAL, pressed_s REAL, simulated INTEGER NOT NULL DEFAULT 0, boot TEXT, booted TEXT, rest_from TEXT);
INSERT INTO "session" VALUES(1,'ada','short_calf','boots-6','2026-11-30T21:39:02.174691Z',61.68,'completed',31.0,0.0,'2026-11-30T21:40:04.104359Z',61.68,38.329,1,'00000000-0000-4000-8000-000000000001','2026-11-30T08:37:15.165067Z',NULL);
INSERT INTO "session" VALUES(2,'bob','short_calf','wrap-3','2026-11-30T21:40:32.322109Z',97.56,'completed',32.0,0.0,'2026-11-30T21:42:10.309761Z',97.56,46.293,1,'00000000-0000-4000-8000-000000000001','2026-11-30T08:37:15.165185Z',NULL);
INSERT INTO "session" VALUES(3,'ada','professional',NULL,'2026-11-30T21:42:33.782130Z',0.0,'completed',NULL,0.0,NULL,NULL,NULL,0,NULL,NULL,NULL);
CREATE INDEX session_person ON session (person);
CREATE INDEX note_person ON note (person);
CREATE UNIQUE INDEX enrolment_running ON enrolment (person, course) WHERE stopped IS NULL;
COMMIT;
