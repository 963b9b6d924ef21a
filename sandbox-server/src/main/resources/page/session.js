import { Refusal, alive, languages, token } from "./api.js";

/** The longest message that a session takes, in bytes. */
export const MESSAGE_BYTES = 1 << 20;

/** Of standard input, in one message. */
const PIECE_BYTES = 256 << 10;

/** Between two looks whether the server is still there. */
const PULSE_MILLIS = 5000;

const url = () => `${location.protocol.replace("http", "ws")}//${location.host}/v1/sessions`;

/** Sends standard input and its end; what the program has not taken yet waits in the browser. */
function sendInput(socket, stdin) {
  const bytes = new TextEncoder().encode(stdin);
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    socket.send(bytes.subarray(from, from + PIECE_BYTES));
  }
  socket.send(JSON.stringify({ stdin: "eof" }));
}

/** Why a socket never opened, which a browser does not tell. */
async function whyNotOpened() {
  await languages(); // throws the reason when it is the server or the token
  return new Refusal({ status: 429, detail: "The server takes no session now. Try again in a moment." });
}

/**
 * Runs a job and tells of it while it happens.
 *
 * @param job the first message, as text
 * @param heard accepted(id), output(stream 1 or 2, bytes)
 * @returns the finished job; rejects with a Refusal
 */
export function run(job, stdin, heard) {
  let pulse = 0;
  return new Promise((resolve, reject) => {
    const lost = () =>
      reject(
        new Refusal({
          status: 0,
          detail: "The connection was lost, and the run ended with it. What you typed is still here.",
        }),
      );
    const protocols = ["stockade.v1", ...(token() === null ? [] : [`bearer.${token()}`])];
    const socket = new WebSocket(url(), protocols);
    socket.binaryType = "arraybuffer";
    let opened = false;
    socket.onopen = () => {
      opened = true;
      socket.send(job);
      sendInput(socket, stdin);
    };
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") {
        heard.output(new Uint8Array(data, 0, 1)[0], new Uint8Array(data, 1));
        return;
      }
      const answer = JSON.parse(data);
      if (answer.accepted) {
        heard.accepted(answer.accepted.id);
      } else if (answer.problem) {
        reject(new Refusal(answer.problem));
      } else {
        resolve(answer.result);
      }
    };
    // A promise that is settled stays as it is.
    socket.onclose = () => {
      if (opened) {
        lost();
      } else {
        whyNotOpened().then(reject, reject);
      }
    };
    // a connection can be gone without a word
    pulse = setInterval(
      () =>
        alive().catch(() => {
          lost();
          socket.close(1000, "no answer");
        }),
      PULSE_MILLIS,
    );
  }).finally(() => clearInterval(pulse));
}
