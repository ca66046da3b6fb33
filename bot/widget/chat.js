/* The chat in its frame: opens and closes, takes words and presses, and says to the page only its size. */
import { kept } from "./kept.js";
import { draw, save, sheet } from "./paper.js";
import { Talk } from "./talk.js";
import { View, make } from "./view.js";

const HOURS_LIVE = 60000;
const SLOW_TO_SAY = 1500;  // work that takes longer is announced as well
const { facts, words } = JSON.parse(document.getElementById("given").textContent);
const at = (id) => document.getElementById(id);
const root = document.documentElement;
const page = { origin: null, embedded: window.parent !== window, full: window.parent === window };
const launcher = at("launcher"), panel = at("panel"), input = at("words");
let slowly;

const view = new View(words, {
  choose,
  again: (item) => talk.again(item),
  spoke: sayHours,
});

const talk = new Talk({
  mine: (item) => view.mine(item),
  placed: (item, seq) => view.placed(item, seq),
  said(messages, old) {
    if (talk.token) view.log.querySelector(".choice")?.remove();
    // Before the greeting, whose beginning would otherwise be scrolled away by it.
    const warning = old || kept.lasting || warned ? null : view.note(view.word("fleeting"), false);
    warned = true;
    view.said(messages, old);
    if (warning) view.reveal(warning);
    if (old) view.note(view.word("resumed"), false);
  },
  refused(item, text) {
    view.mark(item, view.word("refused"));
    view.holdChoices(false);
    view.note(text);
    if (item.text && !input.value) fill(item.text);
  },
  trouble(text) {
    if (text !== trouble) view.note((trouble = text) || view.word("back_online"));
  },
  slow(seconds, text) {
    if (text !== trouble) view.note(`${text} ${view.word("slow", { seconds })}`);
    trouble = text;
  },
  cleared(why) {
    view.clear();
    warned = false;
    fill(why === "erased" || why === "left" ? "" : input.value);
    if (why) view.note(view.word(why));
    if (why === "erased") offerNew();
    if (why === "left") setOpen(!page.embedded, false);
  },
  state: show,
});
let trouble = "", warned = false;

function show({ working, offline }) {
  at("working").hidden = !working;
  clearTimeout(slowly);
  if (working) {
    slowly = setTimeout(() => view.announce(view.word("working")), SLOW_TO_SAY);
    view.bottom();
  } else if (!talk.pumping) {
    trouble = offline ? trouble : "";
    view.holdChoices(false);
  }
  for (const item of talk.queue) view.mark(item, offline ? view.word("waiting") : "");
  if (at("offline").hidden === offline) {
    at("offline").hidden = !offline;
    sayHours();
    view.bottom();
    view.announce(offline ? at("offline").innerText : view.word("back_online"));
  }
}

function choose(button) {
  view.holdChoices(true);
  talk.say({ payload: button.payload, title: button.title });
}

function offerNew() {
  const start = make("button", { type: "button", className: "choice" }, view.word("new_chat"));
  start.addEventListener("click", () => { begin(); input.focus(); });
  view.note("", false);
  view.log.lastElementChild.append(start);
}

const begin = () => talk.begin(view.language);

function fill(text) {
  input.value = kept.draft = text;
  fit();
}

/* As tall as its words, where the browser does not do that by itself. */
function fit() {
  if (CSS.supports("field-sizing", "content")) return;
  input.rows = Math.min(5, input.value.split("\n").length);
}

function send() {
  const text = input.value.trim();
  if (!text) return input.focus();
  fill("");
  const chosen = /^\d{1,2}$/.test(text) && view.offered[text - 1];
  if (chosen) choose(chosen); else talk.say({ text });
  return input.focus();
}

/* To the page: its size and whether it is open; to where it was loaded from, and no one else. */
function tell(message) {
  if (page.origin) window.parent.postMessage({ frontDoor: 1, ...message }, page.origin);
}

function measure() {
  const open = !panel.hidden;
  tell({ kind: "size", open, width: launcher.offsetWidth + 16, height: launcher.offsetHeight + 16 });
}

function setOpen(open, byPerson) {
  panel.hidden = !open;
  launcher.hidden = open;
  launcher.setAttribute("aria-expanded", String(open));
  kept.open = open;
  measure();
  if (open) {
    begin();
    hours();
    view.bottom();
  }
  if (!byPerson) return;
  if (!open) launcher.focus();
  else if (matchMedia("(pointer: coarse)").matches) at("title").focus();
  else input.focus();
}

/* The page goes first; what is kept here goes with it. */
function leave() {
  document.body.replaceChildren();
  talk.leave();
  if (page.origin) tell({ kind: "leave", to: facts.leave_quickly_to });
  else window.location.replace(facts.leave_quickly_to);
}

async function hours() {
  try {
    Object.assign(facts, await (await fetch("/widget/facts.json", { credentials: "omit", cache: "no-store" })).json());
  } catch {
    return;  // what was true when the page was loaded stays
  }
  sayHours();
}

function sayHours() {
  const opening = facts.opening?.[view.language];
  const name = facts.open === null ? "hours_unknown" : facts.open ? "hours_open" : opening ? "hours_opens" : "hours_closed";
  // Without a line nobody answers here and the hours may have changed: then nothing is claimed.
  at("hours").textContent = at("offline").hidden ? view.word(name, { opening }) : "";
}

/* Any colour is fine: the words on it turn black or white, whichever reads better. */
function paint(color) {
  if (!color || !CSS.supports("color", color)) return;
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  dot.fillStyle = color;
  dot.fillRect(0, 0, 1, 1);
  const [red, green, blue] = [...dot.getImageData(0, 0, 1, 1).data].map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  root.style.setProperty("--brand", color);
  root.style.setProperty("--on-brand", light > 0.179 ? "#000" : "#fff");
}

function hello(message) {
  paint(message.color);
  view.speak(message.language);
  if (message.greeting) {
    at("launcher-words").textContent = message.greeting.slice(0, 80);
    delete at("launcher-words").dataset.words;
  }
  document.body.classList.toggle("left", message.side === "left");
  page.full = message.full;
  setOpen(message.open || (kept.open && !message.full), false);
}

window.addEventListener("message", (event) => {
  const message = event.data;
  if (event.source !== window.parent || !message || message.frontDoor !== 1) return;
  if (message.kind === "hello" && !page.origin) {
    page.origin = event.origin;
    hello(message);
  }
  if (event.origin !== page.origin) return;
  if (message.kind === "full") page.full = message.full;
  if (message.kind === "open") setOpen(true, true);
});

/* Over the whole screen the keyboard stays inside; beside the page it may go on to the page. */
function keys(event) {
  if (panel.hidden || !page.embedded || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") setOpen(false, true);
  if (event.key !== "Tab" || !page.full) return;
  const stops = [...panel.querySelectorAll("a, button, textarea, [tabindex='0']")].filter((one) => one.checkVisibility());
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (document.activeElement !== from) return;
  event.preventDefault();
  to.focus();
}

/* A question of its own; the answer that changes nothing has the focus. */
function ask(dialog, calm) {
  at(dialog).showModal();
  at(calm).focus();
}

async function erase() {
  if (talk.erasing) return;
  at("erase-failed").textContent = "";
  at("erase").classList.add("busy");
  const gone = await talk.erase();
  at("erase").classList.remove("busy");
  if (!gone) {
    at("erase-failed").textContent = view.word("not_erased");
    return;
  }
  at("erase").close();
  input.focus();
}

/* What is being erased can't be kept any more, so that is not offered. */
function keep(event) {
  event.preventDefault();
  if (!talk.erasing) at("erase").close();
}

launcher.addEventListener("click", () => setOpen(true, true));
at("close").addEventListener("click", () => setOpen(false, true));
at("leave").addEventListener("click", leave);
at("again").addEventListener("click", () => talk.go());
at("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
input.addEventListener("input", () => { kept.draft = input.value; fit(); });
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});
document.addEventListener("keydown", keys);
at("erase-open").addEventListener("click", () => { at("erase-failed").textContent = ""; ask("erase", "erase-no"); });
at("erase-no").addEventListener("click", keep);
at("erase").addEventListener("cancel", keep);
at("erase-yes").addEventListener("click", erase);
at("paper-open").addEventListener("click", () => { draw(view, at("paper-text")); ask("paper", "paper-close"); });
at("paper-close").addEventListener("click", () => at("paper").close());
at("paper-print").addEventListener("click", () => window.print());
at("paper-save").addEventListener("click", () => {
  save(at("paper-title").innerText, at("paper-text"), at("paper-note").innerText);
});
// Printed is a sheet of its own: browsers cut a dialog off after the first page.
window.addEventListener("beforeprint", () => {
  draw(view, at("paper-text"));
  at("sheet").replaceChildren(...sheet(at("paper-title").innerText, at("paper-text"), at("paper-note").textContent));
});
window.addEventListener("afterprint", () => at("sheet").replaceChildren());
new ResizeObserver(measure).observe(launcher);
// Hours that are known change while the chat is open.
setInterval(() => panel.hidden || document.hidden || facts.open === null || hours(), HOURS_LIVE);

fill(kept.draft);
panel.hidden = page.embedded;
launcher.hidden = !page.embedded;
at("close").hidden = !page.embedded;
if (!page.embedded) setOpen(true, false);
