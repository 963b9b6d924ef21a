/**
 * Jobs: what a client asks for, the states it goes through and what is kept of it.
 *
 * <p>Nothing here knows HTTP or how a program is run. {@link dev.stockade.server.job.JobRequest} is
 * the checked wish, {@link dev.stockade.server.job.Job} its life, {@link
 * dev.stockade.server.job.FinishedJob} what came of it. {@link dev.stockade.server.job.Language}
 * and {@link dev.stockade.server.job.PolicyCatalog} are what the server needs to know of languages
 * and policies.
 */
@NullMarked
package dev.stockade.server.job;

import org.jspecify.annotations.NullMarked;
