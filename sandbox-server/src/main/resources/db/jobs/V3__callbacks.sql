-- Who is told of a job's end, and how far that is; all NULL where nobody asked for it.
ALTER TABLE job ADD COLUMN callback_url VARCHAR(2048);
ALTER TABLE job ADD COLUMN callback_state VARCHAR(16); -- of CallbackProgress.State
ALTER TABLE job ADD COLUMN callback_attempts INTEGER;
ALTER TABLE job ADD COLUMN callback_status INTEGER; -- of the newest answer
ALTER TABLE job ADD COLUMN callback_at BIGINT; -- not tried before
CREATE INDEX job_by_callback ON job (callback_state, callback_at);
