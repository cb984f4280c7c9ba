"""The file that the events are kept in."""

from __future__ import annotations

from sarai.goods import SaraiError
from sarai.server.kept import KeptFile, Run

SCHEMA = (
    """CREATE TABLE event (
        seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, digest BLOB NOT NULL, type TEXT NOT NULL,
        event_time INTEGER NOT NULL, record_time INTEGER NOT NULL, captor TEXT NOT NULL, view BLOB NOT NULL,
        job TEXT NOT NULL, context INTEGER NOT NULL REFERENCES context (id), body BLOB NOT NULL)""",
    "CREATE UNIQUE INDEX event_said ON event (event_id, digest)",
    "CREATE INDEX event_time ON event (event_time, seq)",
    "CREATE INDEX event_record_time ON event (record_time, seq)",
    "CREATE INDEX event_type ON event (type, seq)",
    "CREATE INDEX event_job ON event (job)",
    "CREATE TABLE context (id INTEGER PRIMARY KEY, body BLOB NOT NULL UNIQUE)",
    """CREATE TABLE fact (
        field TEXT NOT NULL, value NOT NULL, seq INTEGER NOT NULL, said TEXT,
        PRIMARY KEY (field, value, seq)) WITHOUT ROWID""",
    "CREATE INDEX fact_of_event ON fact (seq, field)",
    """CREATE TABLE outcome (
        seq INTEGER PRIMARY KEY REFERENCES event (seq), state TEXT NOT NULL, code INTEGER, entry INTEGER,
        issuer TEXT, number TEXT, words TEXT NOT NULL, pointer TEXT NOT NULL)""",
    "CREATE INDEX outcome_waiting ON outcome (seq) WHERE state = 'waiting'",
    "CREATE INDEX outcome_document ON outcome (issuer, number)",
    """CREATE TABLE master (
        id TEXT NOT NULL, type TEXT NOT NULL, attribute TEXT NOT NULL, value TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX master_said ON master (id, attribute, value, type)",
    """CREATE TABLE kinship (
        parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (parent, child)) WITHOUT ROWID""",
    """CREATE TABLE job (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, captor TEXT NOT NULL,
        view BLOB NOT NULL,
        created INTEGER NOT NULL, finished INTEGER, proceed INTEGER NOT NULL,
        success INTEGER NOT NULL, errors BLOB NOT NULL,
        payload BLOB)""",
    "CREATE INDEX job_running ON job (seq) WHERE finished IS NULL",
    """CREATE TABLE query (
        seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, captor TEXT NOT NULL, body BLOB NOT NULL)""",
    """CREATE TABLE subscription (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, query TEXT NOT NULL REFERENCES query (name),
        view BLOB NOT NULL, body BLOB NOT NULL, created INTEGER NOT NULL,
        position INTEGER NOT NULL, min_record INTEGER NOT NULL,
        notified INTEGER)""",
    "CREATE INDEX subscription_query ON subscription (query)",
)  # fmt: skip

__all__ = ["EpcisDatabase", "EpcisStoreError", "Run"]


class EpcisStoreError(SaraiError):
    """The file of events cannot be opened, read or written."""


class EpcisDatabase(KeptFile):
    """The file; a backup may hold it for a while."""

    schema, mark, fault = SCHEMA, 0x53415245, EpcisStoreError
