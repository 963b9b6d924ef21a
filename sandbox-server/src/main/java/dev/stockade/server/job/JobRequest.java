package dev.stockade.server.job;

/** What a client asks to be run, checked; nothing has been run for it yet. */
public sealed interface JobRequest
    permits LanguageJob, CommandJob, TestedJob, AttendedJob, LinkedJob {
  JobInput input();
}
