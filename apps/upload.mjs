// @ts-check
// A button that opens files, one after the other, and tells how far they are.

const PIECE = 1_000_000; // bytes of a file that travel at once
const KILOBYTE = 1000;
const MEGABYTE = 1_000_000;

/**
 * @typedef {{ file: File, place: number, count: number }} Waiting
 * @typedef {{ received?: number, ended?: "opened" | "refused" }} Answer
 * @typedef {{
 *   label: string, hint: string,
 *   on(event: "msg:custom", act: (answer: Answer) => void): void,
 *   send_msg(message: object): void,
 * }} Model
 * @param {{ model: Model }} component
 */
export function render({ model }) {
  const field = document.createElement("div");
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = model.label;
  button.addEventListener("click", () => input.click());
  const hint = document.createElement("p");
  hint.id = "hint";
  hint.textContent = model.hint;
  button.setAttribute("aria-describedby", hint.id);
  const status = document.createElement("div");
  status.setAttribute("role", "status");
  const bar = document.createElement("progress");
  // Not part of the status: a screen reader would read out every piece.
  const bytes = document.createElement("p");
  field.append(button, input, hint, status, bar, bytes);

  /** @type {Waiting[]} */
  let waiting = [];
  /** @type {Waiting | undefined} */
  let sent;
  let opened = 0;

  /** @param {string} doing @param {number} [received] undefined while it is read */
  const tell = (doing, received) => {
    if (!sent) return;
    const { file, place, count } = sent;
    const told = `${doing} ${file.name}${count > 1 ? ` (${place + 1} of ${count})` : ""}`;
    if (status.textContent !== told) status.textContent = told;
    bar.setAttribute("aria-label", told);
    bar.max = Math.max(1, file.size);
    if (received === undefined) bar.removeAttribute("value");
    else bar.value = received;
    bytes.textContent = describe(file.size, received);
  };

  /** @param {number} start */
  const send = async (start) => {
    if (!sent) return;
    const { file, place, count } = sent;
    const about = { name: file.name, size: file.size, place, count, start };
    /** @type {ArrayBuffer | null} */
    let data = null;
    try {
      data = await file.slice(start, start + PIECE).arrayBuffer();
    } catch {
      // A folder, or a file that has changed meanwhile.
    }
    model.send_msg({ ...about, data });
  };

  const sendNext = () => {
    sent = waiting.shift();
    bar.hidden = bytes.hidden = sent === undefined;
    if (!sent) return;
    if (sent.place === 0) opened = 0;
    tell("Sending", 0);
    send(0);
  };

  model.on("msg:custom", ({ received, ended }) => {
    if (!sent) return;
    const { file, place, count } = sent;
    if (received !== undefined && received < file.size) {
      tell("Sending", received);
      send(received);
    } else if (received !== undefined) {
      tell("Reading");
    } else if (ended) {
      opened += Number(ended === "opened");
      if (place === count - 1) {
        status.textContent =
          count === 1 ? `${file.name}: ${ended}` : `${opened} of ${count} files opened`;
      }
      sendNext();
    }
  });

  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    waiting = [
      ...waiting,
      ...files.map((file, place) => ({ file, place, count: files.length })),
    ];
    // So that the same file can be opened again.
    input.value = "";
    if (!sent) sendNext();
  });
  bar.hidden = bytes.hidden = true;
  return field;
}

/**
 * Says how many of the bytes of a file there are, or how many it has.
 * @param {number} size
 * @param {number} [received]
 */
function describe(size, received) {
  const isSmall = size < MEGABYTE;
  /** @param {number} bytes */
  const write = (bytes) => (bytes / (isSmall ? KILOBYTE : MEGABYTE)).toFixed(1);
  const all = `${write(size)} ${isSmall ? "kB" : "MB"}`;
  return received === undefined ? all : `${write(received)} of ${all}`;
}
