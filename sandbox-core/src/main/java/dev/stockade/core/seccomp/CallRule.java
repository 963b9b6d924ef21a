package dev.stockade.core.seccomp;

import dev.stockade.core.policy.SeccompRules.ArgumentCondition;
import java.util.List;

/**
 * What one rule wants for one call, siblings included.
 *
 * @param call kernel name
 * @param when conditions on this call's own arguments, all of which must hold
 */
record CallRule(String call, Effect effect, List<ArgumentCondition> when) {
  CallRule {
    when = List.copyOf(when);
  }
}
