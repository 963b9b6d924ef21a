-- Accepted jobs. Times are microseconds since 1970; states are those of JobState.
CREATE TABLE job (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  submitter VARCHAR(64) NOT NULL,
  idempotency_key VARCHAR(255),
  digest VARCHAR(64) NOT NULL,
  priority INTEGER NOT NULL,
  turn BIGINT NOT NULL, -- the least is taken first
  state VARCHAR(16) NOT NULL,
  verdict VARCHAR(32),
  request ${blob}, -- gone when the job has ended
  document ${blob} NOT NULL,
  owner VARCHAR(64), -- the server that has it, or that ended it
  attempt INTEGER NOT NULL, -- number of the newest claim
  takeovers INTEGER NOT NULL,
  cancel_asked INTEGER NOT NULL,
  lease_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  started_at BIGINT,
  finished_at BIGINT
);
CREATE UNIQUE INDEX job_by_key ON job (submitter, idempotency_key);
CREATE INDEX job_by_turn ON job (state, turn, id);
CREATE INDEX job_by_age ON job (created_at, id);
CREATE INDEX job_by_end ON job (finished_at, id);
