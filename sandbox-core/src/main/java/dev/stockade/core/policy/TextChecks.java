package dev.stockade.core.policy;

import dev.stockade.core.policy.Draft.Variable;
import dev.stockade.core.yaml.Located;
import dev.stockade.core.yaml.Quote;
import java.nio.charset.StandardCharsets;

/** Checks of names, ids and environment. */
final class TextChecks {
  private TextChecks() {}

  /** The description is one line of text. */
  static final class DescriptionIsOneLine implements Check {
    @Override
    public void check(Draft draft) {
      Located<String> description = draft.get(Key.DESCRIPTION);
      if (description.value().isBlank() || !description.value().matches("\\P{Cntrl}{1,200}")) {
        throw description.place().error("description must be one line of 1 to 200 characters");
      }
    }
  }

  /** The hostname is one that sethostname(2) and programs accept. */
  static final class HostnameIsAName implements Check {
    @Override
    public void check(Draft draft) {
      Located<String> hostname = draft.get(Key.HOSTNAME);
      if (!hostname.value().matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
        throw hostname
            .place()
            .error(
                "hostname "
                    + Quote.of(hostname.value())
                    + " must be 1 to 63 lower-case letters, digits and inner hyphens");
      }
    }
  }

  /** The program is not root, not even inside. */
  static final class UserIsNotRoot implements Check {
    @Override
    public void check(Draft draft) {
      notZero(draft, Key.UID, "root");
    }
  }

  /** The program's group is not root's, not even inside. */
  static final class GroupIsNotRoot implements Check {
    @Override
    public void check(Draft draft) {
      notZero(draft, Key.GID, "root's group");
    }
  }

  private static void notZero(Draft draft, Key<Integer> key, String zero) {
    Located<Integer> id = draft.get(key);
    if (id.value() == 0) {
      throw id.place().error(key.path() + " 0 is " + zero + "; write 1 or more");
    }
  }

  /** The umask takes nothing from the program that it needs for its own files. */
  static final class UmaskLeavesOwnerAccess implements Check {
    @Override
    public void check(Draft draft) {
      Located<Integer> umask = draft.get(Key.UMASK);
      if ((umask.value() & 0700) != 0) {
        throw umask
            .place()
            .error(
                "umask "
                    + PolicySyntax.MODE.render().apply(umask.value())
                    + " keeps the program from its own files; the most is 0077");
      }
    }
  }

  /** A variable's name can stand before an equals sign. */
  static final class VariableNamesAreUsable implements Check {
    @Override
    public void check(Draft draft) {
      for (Variable variable : draft.environment().entries()) {
        Located<String> name = variable.name();
        if (name.value().isEmpty() || name.value().contains("=")) {
          throw name.place()
              .error(
                  "environment name "
                      + Quote.of(name.value())
                      + " must not be empty or hold \"=\"");
        }
      }
    }
  }

  /** Names and values have no NUL byte, which would end them. */
  static final class VariablesHaveNoNul implements Check {
    @Override
    public void check(Draft draft) {
      for (Variable variable : draft.environment().entries()) {
        refuseNul(variable.name(), "environment name");
        refuseNul(variable.value(), "environment value");
      }
    }

    private static void refuseNul(Located<String> text, String what) {
      if (text.value().indexOf('\0') >= 0) {
        throw text.place().error(what + " " + Quote.of(text.value()) + " holds a NUL character");
      }
    }
  }

  /** A variable fits execve(2): one string has at most MAX_ARG_STRLEN bytes, its NUL included. */
  static final class VariablesFitExecve implements Check {
    private static final int MAX_ARG_STRLEN = 131_072;

    @Override
    public void check(Draft draft) {
      for (Variable variable : draft.environment().entries()) {
        int bytes = utf8(variable.name()) + "=".length() + utf8(variable.value()) + "\0".length();
        if (bytes > MAX_ARG_STRLEN) {
          throw variable
              .value()
              .place()
              .error(
                  "environment variable "
                      + Quote.of(variable.name().value())
                      + " has more than the 128KiB that execve takes");
        }
      }
    }

    private static int utf8(Located<String> text) {
      return text.value().getBytes(StandardCharsets.UTF_8).length;
    }
  }
}
