package dev.stockade.server.store;

import dev.stockade.server.job.FilesGoneException;
import java.util.HashSet;
import java.util.Set;

/** Which stored files of the database the jobs in it refer to. */
final class JobFiles {
  /** Hashes of files that jobs need which have not ended. */
  static final String NEEDED =
      "SELECT sha256 FROM job_file JOIN job ON job.id = job_file.job"
          + " WHERE job.state IN ('QUEUED', 'RUNNING')";

  private JobFiles() {}

  /**
   * Notes the files of a job that is being added. Until the transaction ends nobody can remove
   * them, and then it is seen that they are needed.
   *
   * @throws FilesGoneException when one of them is not there
   */
  static void note(Sql.Session session, NewJob job) {
    if (job.files().isEmpty()) {
      return;
    }
    String list = String.join(",", job.files());
    Set<String> there =
        new HashSet<>(
            session.query(
                row -> row.getString(1),
                "SELECT sha256 FROM file WHERE sha256 = ANY(string_to_array(?, ','))"
                    + " ORDER BY sha256 FOR KEY SHARE",
                list));
    Set<String> missing = new HashSet<>(job.files());
    missing.removeAll(there);
    if (!missing.isEmpty()) {
      throw new FilesGoneException(missing);
    }
    session.update(
        "INSERT INTO job_file (job, sha256) SELECT ?, unnest(string_to_array(?, ','))",
        job.id(),
        list);
  }
}
