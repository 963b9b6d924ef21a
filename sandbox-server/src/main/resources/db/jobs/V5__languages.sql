-- What jobs are listed with; NULL for commands, and for jobs that were accepted before.
ALTER TABLE job ADD COLUMN language VARCHAR(64);
