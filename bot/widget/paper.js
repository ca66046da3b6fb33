/* Save or print: the answers of the quick check and the code for the call; nothing of it leaves the device. */
import { make } from "./view.js";

const CODE = /\b[A-Z]{3}-\d{3}\b/;

/* [{question, answer}], what came after, and the whole talk, from what stands on the screen. */
export function gather(rows) {
  const answers = new Map(), outcome = [], all = [];
  let asked = null, code = null;
  for (const { item, message } of rows) {
    const bot = message?.from === "bot";
    if (!item && !message) continue;
    const text = item ? item.title || item.text : message.text;
    all.push({ bot, text });
    if (bot) {
      if (message.progress) asked = message;
      if (message.kind === "handoff") outcome.push(text);
      /* A request that was taken back has no code any more. */
      code = message.kind === "handoff" && message.topic === "delete_my_data" ? null : CODE.exec(text)?.[0] || code;
    } else if (asked) {
      answers.set(asked.progress.number, { question: asked.text, answer: text });
      asked = null;
    }
  }
  return { answers: [...answers.values()], outcome, all, code };
}

export function draw(view, box) {
  const { answers, outcome, all, code } = gather(view.rows);
  const parts = [make("p", {}, new Date().toLocaleDateString(view.language, { dateStyle: "long" }))];
  if (!all.length) parts.push(make("p", {}, view.word("paper_empty")));
  if (code) parts.push(make("p", {}, make("strong", {}, view.word("paper_code", { code }))));
  if (answers.length) {
    parts.push(make("h3", {}, view.word("paper_answers")));
    parts.push(make("dl", {}, ...answers.flatMap((one) => [make("dt", {}, one.question), make("dd", {}, one.answer)])));
    if (outcome.length) parts.push(make("h3", {}, view.word("paper_after")), ...outcome.map((text) => make("p", {}, text)));
  } else if (all.length) {
    parts.push(make("h3", {}, view.word("paper_all")));
    for (const one of all) parts.push(make("p", {}, view.word(one.bot ? "assistant" : "you") + ": " + one.text));
  }
  box.replaceChildren(...parts);
}

/* What is printed: title, all of the text, note. */
export function sheet(title, box, note) {
  return [make("h2", {}, title), ...[...box.childNodes].map((one) => one.cloneNode(true)), make("p", {}, note)];
}

/* A plain text file, named so that it tells nothing. */
export function save(title, box, note) {
  const text = [title, box.innerText, note].join("\n\n");
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = make("a", { href: address, download: "notes.txt" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
