package dev.stockade.core.policy;

import java.util.List;

/**
 * Everything that must be true of a policy, in the order in which it is checked.
 *
 * <p>One class per rule. Each has a file {@code policies/invalid/RULE-NAME.yaml} that only this
 * rule refuses.
 */
final class Checks {
  static final List<Check> ALL =
      List.of(
          new TextChecks.DescriptionIsOneLine(),
          new TextChecks.HostnameIsAName(),
          new TextChecks.UserIsNotRoot(),
          new TextChecks.GroupIsNotRoot(),
          new TextChecks.UmaskLeavesOwnerAccess(),
          new TextChecks.VariableNamesAreUsable(),
          new TextChecks.VariablesHaveNoNul(),
          new TextChecks.VariablesFitExecve(),
          new PathChecks.PathsAreAbsolute(),
          new PathChecks.PathsAreClean(),
          new PathChecks.PathsAreShortEnough(),
          new PathChecks.PathsAreNotTheSandboxsOwn(),
          new PathChecks.SourcesAreShareable(),
          new PathChecks.PathsAreDistinct(),
          new PathChecks.NothingIsInsideABind(),
          new PathChecks.NothingIsInsideAWritableFolder(),
          new PathChecks.WritableFoldersAreBounded(),
          new PathChecks.WritableFoldersFitMemory(),
          new LimitChecks.LimitsAreWithinCeilings(),
          new LimitChecks.TimesAreLongEnough(),
          new LimitChecks.WallTimeIsFinite(),
          new LimitChecks.MemoryStartsAProgram(),
          new LimitChecks.PidsHoldTheProgram(),
          new LimitChecks.OutputCanBeHeld(),
          new LimitChecks.CpusAreUsable(),
          new LimitChecks.WallTimeCoversCpuTime(),
          new LimitChecks.OpenFilesLeaveRoom(),
          new LimitChecks.StackIsUsable(),
          new LimitChecks.KernelMemoryFits(),
          new SeccompChecks.ErrnosAreKnown(),
          new SeccompChecks.RulesNameCalls(),
          new SeccompChecks.CallsAreKnown(),
          new SeccompChecks.CallsAreNamedOnce(),
          new HostileChecks.HostileCallsStayDenied(),
          new HostileChecks.CloneMakesNoNamespace(),
          new HostileChecks.SocketsStayInside(),
          new SeccompChecks.KillsStay(),
          new SeccompChecks.DenialsStay(),
          new SeccompChecks.ErrnosAgree(),
          new SeccompChecks.ProgramsCanStartAndEnd(),
          new SeccompChecks.LoopbackHasSockets(),
          new ConditionChecks.ArgumentsExist(),
          new ConditionChecks.ConditionsCanHold());

  private Checks() {}
}
