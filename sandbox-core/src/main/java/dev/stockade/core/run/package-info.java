/**
 * Zygotes, prepared inits and the supervision of one job: everything that happens while a program
 * runs.
 *
 * <p>A {@link dev.stockade.core.run.SlotPool} has a slot for each job that may run at one time; a
 * slot has a zygote, and an init prepared ahead of the request. {@link
 * dev.stockade.core.run.Supervisor} starts the program in it, keeps time, collects output, and
 * returns what the kernel said. A {@link dev.stockade.core.run.JobPair} is two jobs that talk with
 * each other, an {@link dev.stockade.core.run.Attendance} what somebody outside says to one.
 * Nothing here judges.
 */
@NullMarked
package dev.stockade.core.run;

import org.jspecify.annotations.NullMarked;
