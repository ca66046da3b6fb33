/* Draws the talk: messages in order, choices, progress, links; announces what is new, once. */

const PHONE = /(?:1-)?\d{3}-\d{3}-\d{4}/g;
const SHOWN_AS = { words: "textContent", label: "ariaLabel", title: "title", placeholder: "placeholder" };
const SAFE = /^(?:tel:|sms:|https:\/\/)/;

export function make(tag, attributes = {}, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element && name !== "list") element[name] = value; else element.setAttribute(name, value);
  }
  element.append(...inside.filter((one) => one !== null && one !== undefined));
  return element;
}

/* Text with telephone numbers as links. */
function linked(text) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(PHONE)) {
    const number = "tel:+1" + found[0].replace(/\D/g, "").slice(-10);
    pieces.push(text.slice(from, found.index), make("a", { href: number, target: "_top" }, found[0]));
    from = found.index + found[0].length;
  }
  return [...pieces, text.slice(from)];
}

export class View {
  constructor(words, actions) {
    this.words = words;
    this.actions = actions;  // choose(button), again(item), spoke()
    this.language = "en";
    this.log = document.getElementById("log");
    this.talk = document.getElementById("talk");
    this.panel = document.getElementById("panel");
    this.live = document.getElementById("live");
    this.clear();
  }

  clear() {
    this.log.replaceChildren();
    this.rows = [];  // {order, element, item or message}, in order
    this.offered = [];
    this.before = {};  // the reply drawn last
    this.count = this.highest = 0;
    this.live.textContent = "";
    document.body.classList.remove("crisis");
  }

  word(name, values = {}) {
    const text = (this.words[name] || {})[this.language] || "";
    return text.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
  }

  /* The words of the widget itself follow the language of the reply. */
  speak(language) {
    if (language === this.language || !["en", "es"].includes(language)) return;
    this.language = document.documentElement.lang = language;
    for (const [where, what] of Object.entries(SHOWN_AS)) {
      for (const one of document.querySelectorAll(`[data-${where}]`)) one[what] = this.word(one.dataset[where]);
    }
    this.actions.spoke();
  }

  insert(row) {
    const next = this.rows.findIndex((one) => one.order > row.order);
    const place = next < 0 ? this.rows.length : next;
    this.log.insertBefore(row.element, this.rows[place]?.element || null);
    this.rows.splice(place, 0, row);
  }

  order(seq) {
    this.highest = Math.max(this.highest, seq || 0);
    return seq || this.highest + (this.count += 1) / 1e6;
  }

  /* Words of the person that are on their way. */
  mine(item) {
    const element = make("li", { className: "said person" }, make("span", { className: "who" }, this.word("you") + ": "),
      make("div", { className: "words" }, item.title || item.text), make("span", { className: "state" }));
    this.insert({ order: 1e12 + (this.count += 1), element, item });
    this.bottom();
  }

  rowOf(item) {
    return this.rows.find((row) => row.item === item);
  }

  placed(item, seq) {
    const row = this.rowOf(item);
    if (!row) return;
    this.mark(item, "");
    if (row.order < 1e12 && !seq) return;
    this.rows.splice(this.rows.indexOf(row), 1);
    row.order = this.order(seq);
    this.insert(row);
  }

  mark(item, text) {
    const state = this.rowOf(item)?.element.querySelector(".state");
    if (state && state.textContent !== text) state.textContent = text;
  }

  /* A line of the widget's own. */
  note(text, aloud = true) {
    const element = make("li", { className: "note" }, text);
    this.insert({ order: this.order(), element });
    if (aloud) this.announce(text);
    this.bottom();
    return element;
  }

  announce(text) {
    this.live.textContent = "";
    requestAnimationFrame(() => { this.live.textContent = text; });
  }

  /* Messages in order; `old` ones were said before this page was opened. */
  said(messages, old) {
    const held = this.choices?.contains(document.activeElement);
    const drawn = messages.map((message) => (message.from === "person" ? this.theirs(message) : this.reply(message)));
    const replies = drawn.filter((one) => one.classList.contains("bot"));
    if (old || !replies.length) return this.bottom();
    if (held && !this.choices?.contains(document.activeElement)) this.hold(replies[0]);
    this.announce(replies.map((one) => this.spoken(one)).join(" "));
    return this.reveal(drawn.find((one) => one.classList.contains("bot")));
  }

  /* The button that had the focus is gone: the reply has it now. By name alone, since its words are announced. */
  hold(reply) {
    reply.tabIndex = -1;
    reply.ariaLabel = this.word("assistant");
    reply.focus({ preventScroll: true });
    const release = () => ["tabindex", "aria-label"].forEach((name) => reply.removeAttribute(name));
    reply.addEventListener("blur", release, { once: true });
  }

  spoken(element) {
    const parts = [...element.querySelectorAll(".progress span, .words, .links a, .choices button")];
    return parts.map((one) => one.innerText.replace(/\s+/g, " ").trim().replace(/[^.?!:]$/, "$&.")).join(" ");
  }

  theirs(message) {
    const pressed = this.titles?.get(message.payload || message.text);
    const element = make("li", { className: "said person" }, make("span", { className: "who" }, this.word("you") + ": "),
      make("div", { className: "words" }, pressed || message.text));
    this.insert({ order: this.order(message.seq), element, message });
    return element;
  }

  reply(message) {
    const language = message.language || this.language;
    this.speak(language);
    // Choices count from 1 within one reply; those of the reply before are over.
    // A line that is not written down has no number of its own.
    const { seq, item } = this.before;
    if (!(message.item && message.item === item) && !(message.seq && message.seq === seq + 1)) this.dropChoices();
    this.before = { seq: message.seq || seq, item: message.item };
    const element = make("li", { className: "said bot " + message.kind, lang: language },
      make("span", { className: "who" }, this.word("assistant") + ": "), this.progress(message.progress),
      make("div", { className: "words" }, ...linked(message.text)), this.source(message.source), this.links(message.links));
    if (message.buttons?.length) element.append(this.choose(message.buttons));
    if (message.item && message.kind === "error" && !message.seq) element.append(this.retry(message.item));
    if (message.kind === "crisis") document.body.classList.add("crisis");
    this.insert({ order: this.order(message.seq), element, message });
    return element;
  }

  progress(given) {
    if (!given) return null;
    const label = this.word("progress", given);
    return make("div", { className: "progress" }, make("span", {}, label),
      make("progress", { max: given.total, value: given.number, "aria-hidden": "true" }));
  }

  source(name) {
    const text = name && this.word("from_" + name);
    return text ? make("p", { className: "source" }, text) : null;
  }

  links(given) {
    const safe = (given || []).filter((one) => SAFE.test(one.href));
    if (!safe.length) return null;
    const link = (one) => make("a", { href: one.href, target: "_top", rel: "noopener" }, one.title);
    return make("p", { className: "links" }, ...safe.map(link));
  }

  choose(buttons) {
    const first = !this.hinted;
    this.hinted = true;
    this.titles = this.titles || new Map();
    const row = make("ul");
    for (const button of buttons) {
      this.offered.push(button);
      this.titles.set(button.payload, button.title);
      const number = make("b", {}, String(this.offered.length));
      const press = make("button", { type: "button" }, number, make("span", {}, " " + button.title));
      press.addEventListener("click", () => press.getAttribute("aria-disabled") || this.actions.choose(button));
      row.append(make("li", {}, press));
    }
    this.choices = make("div", { className: "choices", role: "group", "aria-label": this.word("choices") }, row,
      first ? make("p", { className: "hint" }, this.word("choose_hint")) : null);
    return this.choices;
  }

  retry(item) {
    const press = make("button", { type: "button", className: "again" }, this.word("again"));
    press.addEventListener("click", () => { press.remove(); this.before = {}; this.actions.again(item); });
    return press;
  }

  dropChoices() {
    for (const one of this.log.querySelectorAll(".choices")) one.remove();
    this.offered = [];
  }

  /* No second press while the first one is on its way. */
  holdChoices(held) {
    for (const one of this.log.querySelectorAll(".choices button")) {
      if (held) one.setAttribute("aria-disabled", "true"); else one.removeAttribute("aria-disabled");
    }
  }

  scroller() {
    return getComputedStyle(this.panel).overflowY === "auto" ? this.panel : this.talk;
  }

  bottom() {
    const box = this.scroller();
    box.scrollTop = box.scrollHeight;
  }

  /* The first new message stays in view, the rest as far as it fits. */
  reveal(element) {
    this.bottom();
    const box = this.scroller();
    const above = box.getBoundingClientRect().top + (box === this.panel ? 60 : 12) - element.getBoundingClientRect().top;
    if (above > 0) box.scrollTop -= above;
  }
}
