-- Files that clients have stored, for all servers; PostgreSQL only. A file is there as a whole or not at all.
CREATE SEQUENCE file_content;
CREATE TABLE file (
  sha256 VARCHAR(64) NOT NULL PRIMARY KEY,
  content BIGINT NOT NULL UNIQUE, -- names its chunks
  bytes BIGINT NOT NULL,
  storer VARCHAR(64) NOT NULL, -- the token that stored it first
  used_at BIGINT NOT NULL -- microseconds since 1970, by the database's clock
);
CREATE INDEX file_by_use ON file (used_at);
CREATE TABLE file_chunk (
  content BIGINT NOT NULL REFERENCES file (content) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  number INTEGER NOT NULL, -- from 0
  bytes BYTEA NOT NULL,
  PRIMARY KEY (content, number)
);
-- Which files a job refers to: they stay until it has ended.
CREATE TABLE job_file (
  job VARCHAR(64) NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  sha256 VARCHAR(64) NOT NULL,
  PRIMARY KEY (job, sha256)
);
CREATE INDEX job_file_by_file ON job_file (sha256);
