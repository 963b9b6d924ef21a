-- When each submitter was last served, by the number of the claim: the greatest was served last.
-- One row for each that ever was, which are as many as there have been tokens.
CREATE TABLE submitter (
  name VARCHAR(64) NOT NULL PRIMARY KEY,
  served BIGINT NOT NULL
);
DROP INDEX job_by_turn;
CREATE INDEX job_by_share ON job (state, submitter, turn, id);
