import { count, element } from "./dom.js";
import { size } from "./units.js";

/** Characters of one stream that are put into the page; more would make it slow. */
const MOST_SHOWN = 200_000;

/** Bytes of a binary stream that are shown as numbers. */
const MOST_DUMPED = 1024;

/** What a program writes to one of its streams: shown as it comes, up to a bound, and kept. */
export class Output {
  #pre;
  #note;
  #all;
  #kept = [];
  #bytes = 0;
  #shown = 0;
  #cut = false;
  #waiting = "";
  #frame = 0;
  #decoder = new TextDecoder();

  constructor(id) {
    this.#pre = element(id);
    this.#note = element(`${id}-note`);
    this.#all = element(`${id}-all`);
  }

  clear() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#kept = [];
    this.#bytes = 0;
    this.#shown = 0;
    this.#cut = false;
    this.#waiting = "";
    this.#decoder = new TextDecoder();
    this.#pre.textContent = "";
    this.#note.textContent = "";
    this.#all.hidden = true;
    if (this.#all.href !== "") {
      URL.revokeObjectURL(this.#all.href);
      this.#all.removeAttribute("href");
    }
  }

  /** More bytes; `last` when there will be no more. */
  add(bytes, last = false) {
    this.#kept.push(bytes);
    this.#bytes += bytes.length;
    if (this.#cut) {
      return;
    }
    const text = this.#decoder.decode(bytes, { stream: !last });
    const room = MOST_SHOWN - this.#shown;
    this.#cut = text.length > room;
    this.#waiting += this.#cut ? text.slice(0, room) : text;
    this.#shown += Math.min(room, text.length);
    if (this.#frame === 0) {
      this.#frame = requestAnimationFrame(() => this.#paint());
    }
  }

  #paint() {
    this.#frame = 0;
    if (this.#waiting !== "") {
      this.#pre.append(this.#waiting);
      this.#waiting = "";
    }
  }

  /** There will be no more. @param result of the run; null when it was lost */
  end(encoding, truncated) {
    this.add(new Uint8Array(0), true);
    cancelAnimationFrame(this.#frame);
    this.#paint();
    const notes = [];
    if (encoding === "base64") {
      this.#dump();
      notes.push(`Not text: ${size(this.#bytes)}, of which the first ${count(Math.min(MOST_DUMPED, this.#bytes))} are shown as hexadecimal numbers.`);
    } else if (this.#cut) {
      notes.push(`The first ${count(MOST_SHOWN)} characters of ${size(this.#bytes)} are shown.`);
    } else if (this.#bytes === 0) {
      notes.push("Nothing was written.");
    }
    if (truncated) {
      notes.push("The limit on output cut the rest.");
    }
    this.#note.textContent = notes.join(" ");
    this.#offerAll(encoding === "base64" || this.#cut);
  }

  #offerAll(wanted) {
    this.#all.hidden = !wanted;
    if (wanted) {
      this.#all.href = URL.createObjectURL(new Blob(this.#kept, { type: "application/octet-stream" }));
    }
  }

  #dump() {
    const bytes = [];
    for (const piece of this.#kept) {
      bytes.push(...piece.subarray(0, MOST_DUMPED - bytes.length));
    }
    const lines = [];
    for (let at = 0; at < bytes.length; at += 16) {
      const row = bytes.slice(at, at + 16).map((byte) => byte.toString(16).padStart(2, "0"));
      lines.push(`${at.toString(16).padStart(8, "0")}  ${row.join(" ")}`);
    }
    this.#pre.textContent = lines.join("\n");
  }
}
