package dev.stockade.fuzz.calls;

import dev.stockade.fuzz.calls.Argument.Constant;
import dev.stockade.fuzz.calls.Argument.Place;
import dev.stockade.fuzz.calls.Argument.Text;
import dev.stockade.fuzz.calls.Argument.Words;
import dev.stockade.fuzz.calls.Signatures.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;

/** Random cases: a body of calls that the program survives, then a tail that it may not. */
final class RandomCalls {
  /** The share of calls, in percent, that the filter may pass. */
  private static final int ALLOWED_PERCENT = 80;

  private final List<Signature> allowed = new ArrayList<>();
  private final List<String> denied;
  private final List<Function<Random, Call>> tails = new ArrayList<>();

  RandomCalls(Filter filter) {
    for (String name : filter.allowed()) {
      Signature signature = Signatures.all().get(name);
      if (signature != null) {
        for (int i = 0; i < signature.weight(); i++) {
          allowed.add(signature);
        }
      }
    }
    denied = filter.denied();
    ends();
    waits();
    // One tail in eight is a hostile call.
    List<String> hostile = filter.hostile();
    int others = tails.size();
    for (int i = 0; i < Math.max(1, others / 7); i++) {
      tails.add(random -> untyped(hostile.get(random.nextInt(hostile.size())), random));
    }
  }

  Arbitrary<Case> cases(int mostCalls) {
    Arbitrary<List<Call>> bodies =
        Arbitraries.randomValue(this::body)
            .list()
            .ofMaxSize(mostCalls)
            .withSizeDistribution(RandomDistribution.uniform());
    Arbitrary<List<Call>> ends = Arbitraries.randomValue(this::tail).list().ofMaxSize(3);
    return Combinators.combine(bodies, ends).as(Case::of);
  }

  private Call body(Random random) {
    if (random.nextInt(100) < ALLOWED_PERCENT) {
      return typed(allowed.get(random.nextInt(allowed.size())), random);
    }
    String name = denied.get(random.nextInt(denied.size()));
    Signature signature = Signatures.all().get(name);
    return signature == null ? untyped(name, random) : typed(signature, random);
  }

  private Call tail(Random random) {
    return tails.get(random.nextInt(tails.size())).apply(random);
  }

  private static Call typed(Signature signature, Random random) {
    return new Call(
        signature.name(),
        signature.values().stream().map(value -> Values.of(value, random)).toList());
  }

  private static Call untyped(String name, Random random) {
    List<Argument> arguments = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      arguments.add(
          switch (random.nextInt(4)) {
            case 0 -> Values.of("path", random);
            case 1 -> Values.of("fd", random);
            case 2 -> Values.scratch(random);
            default -> Values.nasty(random);
          });
    }
    return new Call(name, arguments);
  }

  /** What ends the program, or may. */
  private void ends() {
    tail(random -> call("exit", random.nextInt(100)));
    tail(random -> call("exit_group", random.nextInt(100)));
    tail(random -> call("kill", 0, random.nextInt(66)));
    tail(random -> call("kill", -1, random.nextInt(66)));
    tail(random -> call("kill", 1, random.nextInt(66)));
    tail(random -> new Call("tkill", List.of(new Argument.Memory(scratch()), number(random, 66))));
    tail(
        random ->
            new Call(
                "rt_sigaction",
                List.of(number(random, 65), anyAction(random), Argument.ZERO, new Constant(8))));
    tail(random -> call("rt_sigreturn"));
    tail(random -> execute("/usr/bin/true"));
    tail(random -> execute("/bin/sh"));
    tail(random -> execute("/usr/bin/su"));
    tail(random -> execute("results"));
    tail(
        random ->
            new Call(
                "execveat",
                List.of(
                    new Constant(0),
                    new Text(""),
                    Argument.ZERO,
                    Argument.ZERO,
                    new Constant(0x1000))));
    tail(random -> call("munmap", 0, Values.one(random, 1L << 31, 1L << 36, (1L << 47) - 4096)));
    tail(random -> call("mprotect", Region.NOWHERE.address(), 1L << 32, random.nextInt(8)));
    tail(random -> call("mmap", 0x400000, 4096, 3, 0x32, -1, 0));
    tail(random -> call("close_range", 0, 0xffff_ffffL, 0));
    tail(random -> call("prctl", 59, 1, 0x400000, 0x1000, Region.SCRATCH.address()));
    tail(random -> call("rseq", Region.SCRATCH.address(), 32, 0, random.nextInt()));
    tail(random -> new Call("truncate", List.of(new Text(CasePlan.RESULTS_FILE), Argument.ZERO)));
    tail(random -> new Call("unlink", List.of(new Text(CasePlan.RESULTS_FILE))));
    tail(random -> call("mmap", 0, 1L << 30, 3, 0x8022, -1, 0)); // MAP_POPULATE
    tail(random -> call("vfork"));
    tail(random -> call("clone", 0x4111, 0, 0, 0, 0));
    tail(random -> call("arch_prctl", Values.one(random, 0x1002, 0x5001, 0x5003, 0x4001), 1));
    tail(random -> untypedAny(random));
  }

  /** What would wait for ever without a timer or a limit. */
  private void waits() {
    tail(random -> call("alarm", 1));
    tail(
        random ->
            new Call(
                "setitimer",
                List.of(
                    Argument.ZERO,
                    new Words(List.of(Argument.ZERO, Argument.ZERO, Argument.ZERO, Argument.ZERO)),
                    Argument.ZERO)));
    tail(random -> call("pause"));
    tail(random -> call("kill", 0, Values.one(random, 19, 20, 21, 22)));
  }

  private Call untypedAny(Random random) {
    return untyped(allowed.get(random.nextInt(allowed.size())).name(), random);
  }

  private void tail(Function<Random, Call> call) {
    tails.add(call);
  }

  private static Call call(String name, long... words) {
    List<Argument> arguments = new ArrayList<>();
    for (long word : words) {
      arguments.add(new Constant(word));
    }
    return new Call(name, arguments);
  }

  private static Call execute(String program) {
    Argument argv = new Words(List.of(new Text(program), Argument.ZERO));
    return new Call("execve", List.of(new Text(program), argv, Argument.ZERO));
  }

  private static Place scratch() {
    return new Place(Region.SCRATCH, 0x10);
  }

  private static Constant number(Random random, int bound) {
    return new Constant(random.nextInt(bound));
  }

  /** The default, or a handler where no code is. */
  private static Argument anyAction(Random random) {
    long handler = Values.one(random, 0, 0, 0x1_0000, Region.SCRATCH.address(), -1);
    return new Words(
        List.of(
            new Constant(handler),
            new Constant(0x0400_0000),
            new Constant(handler),
            Argument.ZERO));
  }
}
