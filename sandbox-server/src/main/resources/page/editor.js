import { basicSetup } from "codemirror";
import { indentWithTab } from "@codemirror/commands";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Modules that know a language's grammar, loaded when it is chosen. Others are plain text. */
const GRAMMARS = {
  bash: async () => (await import("./bash.js")).bash(),
  c: async () => (await import("@codemirror/lang-cpp")).cpp(),
  cpp: async () => (await import("@codemirror/lang-cpp")).cpp(),
  go: async () => (await import("@codemirror/lang-go")).go(),
  java: async () => (await import("@codemirror/lang-java")).java(),
  javascript: async () => (await import("@codemirror/lang-javascript")).javascript(),
  python: async () => (await import("@codemirror/lang-python")).python(),
  rust: async () => (await import("@codemirror/lang-rust")).rust(),
};

/** Colours are the page's, and so follow its scheme. */
const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--field)", fontSize: "0.9rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--panel)", borderRight: "1px solid var(--soft)" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  ".cm-activeLineGutter": { color: "var(--text)", backgroundColor: "var(--soft)" },
  "& > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--chosen) !important" },
  ".cm-panels, .cm-tooltip": { color: "var(--text)", backgroundColor: "var(--panel)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: "var(--keyword)" },
  { tag: [tags.string, tags.character, tags.regexp], color: "var(--string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--number)" },
  { tag: [tags.comment, tags.meta], color: "var(--comment)", fontStyle: "italic" },
  { tag: [tags.typeName, tags.className, tags.function(tags.definition(tags.variableName))], color: "var(--name)" },
]);

/**
 * The source's editor. It lives in a shadow root, where its styles are constructed sheets: the
 * page's Content-Security-Policy has no place for style elements.
 */
export class Editor {
  #grammar = new Compartment();
  #extensions;
  #language = null;
  #view;

  /** @param changed called with what was typed; @param run called for Control+Enter */
  constructor(place, changed, run) {
    const root = place.attachShadow({ mode: "open" });
    this.#extensions = [
      keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }]),
      basicSetup,
      keymap.of([indentWithTab]),
      syntaxHighlighting(colours),
      lintGutter(),
      theme,
      this.#grammar.of([]),
      EditorView.contentAttributes.of({ "aria-label": "Source", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          changed(this.source);
        }
      }),
    ];
    this.#view = new EditorView({ parent: root, root, state: this.#state("") });
  }

  #state(doc) {
    return EditorState.create({ doc, extensions: this.#extensions });
  }

  get source() {
    return this.#view.state.doc.toString();
  }

  /** Shows another source, in its language. */
  async show(source, language) {
    this.#language = language;
    this.#view.setState(this.#state(source));
    const grammar = await GRAMMARS[language]?.();
    if (grammar !== undefined && this.#language === language) {
      this.#view.dispatch({ effects: this.#grammar.reconfigure(grammar) });
    }
  }

  /** Marks lines: `line` from 1, `column` from 1 or null, `severity`, `message`. */
  mark(places) {
    const doc = this.#view.state.doc;
    const diagnostics = places
      .filter(({ line }) => line >= 1 && line <= doc.lines)
      .map(({ line, column, severity, message }) => {
        const at = doc.line(line);
        const from = Math.min(at.from + (column ?? 1) - 1, at.to);
        return { from, to: at.to, severity, message };
      });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
    if (diagnostics.length > 0) {
      this.#view.dispatch({ effects: EditorView.scrollIntoView(diagnostics[0].from, { y: "center" }) });
    }
  }

  focus() {
    this.#view.focus();
  }
}
