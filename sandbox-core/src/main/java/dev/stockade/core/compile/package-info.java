/**
 * Policy, request and host facts in; plans out. Pure Java: every decision about a run is made here
 * and can be read, compared and tested without a kernel.
 *
 * <p>Four kinds of plan: {@link dev.stockade.core.compile.ZygotePlan} brings up a zygote, {@link
 * dev.stockade.core.compile.InitPlan} prepares a job's init in fresh namespaces, {@link
 * dev.stockade.core.compile.RunPlan} starts the program in it, {@link
 * dev.stockade.core.compile.FilePlan} opens files of a workspace.
 */
@NullMarked
package dev.stockade.core.compile;

import org.jspecify.annotations.NullMarked;
