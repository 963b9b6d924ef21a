import { element, fault } from "./dom.js";
import { Editor } from "./editor.js";
import * as kept from "./kept.js";
import * as limits from "./limits.js";
import { SAMPLES, SAMPLE_STDIN } from "./samples.js";
import * as tests from "./tests.js";

/** Time without a key after which what was typed is written down. */
const QUIET_MILLIS = 300;

/** What a new visitor is offered. */
const FIRST_LANGUAGE = "python";

/** The program that is being written: one source for each language, input and limits. */
export class Program {
  #draft = kept.draft();
  #languages = [];
  #editor;
  #shown = null;
  #timer = 0;

  /** @param run called for Control+Enter in the editor */
  constructor(run) {
    this.#editor = new Editor(element("editor"), (source) => this.#typed(source), run);
    element("stdin").value = this.#draft.language === null ? SAMPLE_STDIN : this.#draft.stdin;
    this.#draft.language ??= FIRST_LANGUAGE;
    this.#show(); // the server may be slow
    limits.fill(this.#draft.limits);
    tests.fill(this.#draft.tests);
    element("program").addEventListener("input", () => this.#later());
    element("language").addEventListener("change", () => this.choose(element("language").value));
    addEventListener("pagehide", () => this.#keep());
  }

  /** The language that is chosen, as the server describes it. */
  get language() {
    return this.#languages.find(({ id }) => id === this.#draft.language);
  }

  get source() {
    return this.#editor.source;
  }

  /** What a run, a link and the history are made of. */
  get content() {
    return {
      language: this.#draft.language,
      source: this.source,
      stdin: element("stdin").value,
      limits: limits.typed(),
      tests: tests.typed(),
    };
  }

  /** Offers the languages; those that this host lacks cannot be chosen, and say why. */
  async offer(languages) {
    this.#languages = languages;
    element("language").replaceChildren(
      ...languages.map(({ id, name, version, unavailable }) => {
        const option = new Option(unavailable === null ? `${name} (${version})` : `${name} – ${unavailable}`, id);
        option.disabled = unavailable !== null;
        return option;
      }),
    );
    const able = languages.filter(({ unavailable }) => unavailable === null).map(({ id }) => id);
    const wanted = [this.#draft.language, FIRST_LANGUAGE, able[0]].find((id) => able.includes(id));
    if (wanted === undefined) {
      fault("language", "This host has none of the languages.");
      return;
    }
    await this.choose(wanted);
  }

  async choose(language) {
    this.#draft.language = language;
    element("language").value = language;
    limits.describe(this.language);
    fault("language", "");
    this.#later();
    if (this.#shown !== language) {
      await this.#show();
    }
  }

  #show() {
    const { language, sources } = this.#draft;
    this.#shown = language;
    return this.#editor.show(sources[language] ?? SAMPLES[language] ?? "", language);
  }

  /**
   * Shows a program in place of what is there.
   *
   * @returns false when this server does not have its language
   */
  async replace({ language, source, stdin, limits: asked, tests: entered = [] }) {
    if (!this.#languages.some(({ id, unavailable }) => id === language && unavailable === null)) {
      return false;
    }
    this.#draft.sources[language] = source;
    element("stdin").value = stdin;
    limits.fill(asked);
    tests.fill(entered);
    this.#shown = null;
    await this.choose(language);
    return true;
  }

  /** Whether something was typed that would be lost if another program came in its place. */
  wouldLoseFor({ source, stdin, limits: asked, tests: others = [] }) {
    const mine = this.content;
    const differ = (one, other) => JSON.stringify(one) !== JSON.stringify(other ?? {});
    return (
      (mine.source !== source && mine.source !== (SAMPLES[mine.language] ?? "")) ||
      (mine.stdin !== stdin && mine.stdin !== "" && mine.stdin !== SAMPLE_STDIN) ||
      (Object.keys(mine.limits).length > 0 && differ(mine.limits, asked)) ||
      (mine.tests.length > 0 && differ(mine.tests, others))
    );
  }

  mark(places) {
    this.#editor.mark(places);
  }

  focus() {
    this.#editor.focus();
  }

  #typed(source) {
    this.#draft.sources[this.#draft.language] = source;
    fault("source", "");
    this.#later();
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#keep(), QUIET_MILLIS);
  }

  #keep() {
    this.#draft.stdin = element("stdin").value;
    this.#draft.limits = limits.typed();
    this.#draft.tests = tests.typed();
    if (!kept.keepDraft(this.#draft)) {
      fault("source", "This browser does not keep the text: it is too long, or keeping is forbidden. It is lost when the page is closed.");
    }
  }
}
