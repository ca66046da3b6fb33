/* The talk with the server: one token, a queue that loses no word, the same id at every retry, resume by number. */
import { kept } from "./kept.js";

const PATIENCE = 8000;  // the server answers within 3 s, or with the floor; after this it cannot be reached
const LONGEST_WAIT = 30;
const BEAT = 15000;  // a clock that jumped further than two beats has slept

class Unreachable extends Error {}
class Later extends Error {
  constructor(seconds) { super("later"); this.seconds = seconds; }
}

const newId = () => (crypto.randomUUID ? crypto.randomUUID() : [8, 4, 4, 4, 12].map(
  (length) => Array.from(crypto.getRandomValues(new Uint8Array(length)), (n) => (n % 16).toString(16)).join("")).join("-"));

/* One tab at a time, where the browser can hold the others; in the frame of another site it may refuse to. */
async function alone(work) {
  if (!navigator.locks) return work();
  try {
    return await navigator.locks.request("front-door.start", work);
  } catch (error) {
    if (error.name !== "SecurityError") throw error;
    return work();
  }
}

/* `on` is told: mine(item), placed(item, seq), said(messages, old), refused(item, text), trouble(text), slow(seconds),
   cleared(why), state({working, offline}). An item is {id, text or payload, title}. */
export class Talk {
  constructor(on) {
    this.on = on;
    this.token = null;
    this.queue = kept.unsent;
    this.begun = this.pumping = this.offline = this.opening = false;
    this.age = 0;  // grows whenever a chat is over, so that answers to an older one are dropped
    this.reset();
    kept.watch((token, why) => this.otherToken(token, why), () => this.begun && this.sync().catch(() => {}));
    for (const sign of ["online", "focus", "pageshow"]) window.addEventListener(sign, () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    this.beat(Date.now());
  }

  /* A machine that slept with the chat in view tells nobody when it wakes: only the clock has jumped. */
  beat(before) {
    setTimeout(() => {
      if (Date.now() - before > 2 * BEAT) this.wake();
      this.beat(Date.now());
    }, BEAT);
  }

  reset() {
    this.last = this.tries = 0;
    this.seen = new Set();
    this.mine = [];
    this.unwritten = new Set();
  }

  /* Begin or resume; safe to call again. */
  async begin(language) {
    this.language = language;
    if (this.begun) return this.wake();
    this.begun = true;
    for (const item of this.queue) this.show(item);
    return this.go();
  }

  wake() {
    if (this.begun && !document.hidden) this.go();
  }

  /* Do what is due; what fails for now is tried again later, by itself. */
  async go(reading = true) {
    clearTimeout(this.timer);
    const age = this.age;
    try {
      if (this.token && reading) await this.sync();
      await this.pump();
      // Once more where the token that was kept turned out to be over.
      for (let tries = 0; tries < 2 && !this.token && this.begun; tries += 1) await this.open();
    } catch (error) {
      if (!(error instanceof Later)) throw error;
      if (age !== this.age) return;
      this.tries += 1;
      this.timer = setTimeout(() => this.go(), (error.seconds || Math.min(LONGEST_WAIT, 2 ** this.tries / 2)) * 1000);
    }
  }

  /* The chat of this browser, or a new one. Two calls at once share one. */
  open() {
    this.opening = this.opening || alone(() => this.start()).finally(() => { this.opening = false; this.state(); });
    this.state();
    return this.opening;
  }

  async start() {
    this.token = kept.token;
    if (this.token) return this.sync(true);
    const age = this.age;
    const { data } = await this.ask("POST", "/api/conversations?language=" + this.language);
    if (age !== this.age) return undefined;
    this.token = kept.token = data.token;
    return this.take(data.messages);
  }

  /* Say `text`, or press the button `payload`; `title` is what the person sees of it. */
  say(item) {
    const whole = { id: newId(), ...item };
    this.queue.push(whole);
    kept.unsent = this.queue;
    this.show(whole);
    this.begun = true;
    this.go(false);
  }

  show(item) {
    this.mine.push(item);
    this.on.mine(item);
  }

  /* Once more with the same id. */
  again(item) {
    if (!this.queue.includes(item)) this.queue.push(item);
    kept.unsent = this.queue;
    this.go(false);
  }

  async pump() {
    if (this.pumping) return;
    this.pumping = true;
    this.state();
    this.pumped = this.empty();
    try {
      await this.pumped;
    } finally {
      this.pumping = false;
      this.state();
    }
  }

  async empty() {
    while (this.queue.length && !this.erasing) await this.post(this.queue[0]);
  }

  async post(item) {
    if (!this.token) await this.open();
    if (!this.token) return;
    const age = this.age;
    const body = item.payload ? { id: item.id, payload: item.payload } : { id: item.id, text: item.text };
    const { status, data } = await this.ask("POST", "/api/messages", body);
    if (age !== this.age || status === 401) return;
    if (status !== 200) return this.refused(item, data);
    this.drop(item);
    await this.answered(item, data.messages);
    kept.touch();
  }

  drop(item) {
    this.queue = this.queue.filter((one) => one !== item);
    kept.unsent = this.queue;
  }

  refused(item, data) {
    this.drop(item);
    if (data.error.code === "not_offered" && item.title) {
      // The button is too far back: its words are said instead.
      Object.assign(item, { id: newId(), text: item.title, payload: undefined });
      this.queue.unshift(item);
      kept.unsent = this.queue;
    } else {
      this.on.refused(item, data.error.message);
    }
  }

  async answered(item, messages) {
    const first = messages.map((message) => message.seq).find(Boolean);
    if (first && first - 2 > this.last) await this.sync().catch(() => {});  // another tab spoke in between
    if (messages.some((message) => message.erase)) return this.gone("erased", messages);
    this.place(item, first ? first - 1 : null);
    this.take(messages.map((message) => ({ ...message, item })));
  }

  place(item, seq) {
    if (seq) {
      this.mine = this.mine.filter((one) => one !== item);
      this.seen.add(seq);
      this.last = Math.max(this.last, seq);
    }
    this.on.placed(item, seq);
  }

  /* Read what was said after the last number known; one reading at a time. */
  sync(old = false) {
    this.syncing = (this.syncing || Promise.resolve()).catch(() => {}).then(() => this.read(old));
    return this.syncing;
  }

  async read(old) {
    if (!this.token) return;
    const age = this.age;
    const { status, data } = await this.ask("GET", "/api/messages?after=" + this.last);
    if (age === this.age && status === 200) this.take(data.messages, old);
  }

  take(messages, old = false) {
    const fresh = messages.filter((message) => !message.seq || !this.seen.has(message.seq));
    const shown = [];
    for (const message of fresh) {
      if (message.seq) {
        this.seen.add(message.seq);
        this.last = Math.max(this.last, message.seq);
      }
      if (message.from === "person" ? this.isMine(message) : this.isShown(message)) continue;
      shown.push(message);
    }
    if (shown.length) this.on.said(shown, old);
  }

  /* Whether a message of the person's is one that stands here already. */
  isMine(message) {
    const { payload, text } = message;
    const same = (item) => (item.payload ? [payload, text].includes(item.payload) : text === item.text);
    const own = this.mine.find(same);
    if (own) this.place(own, message.seq);
    return Boolean(own);
  }

  /* Whether a reply was shown before it was written down. */
  isShown(message) {
    if (!message.reply_to) return false;
    const key = message.reply_to + message.text;
    if (message.seq) return this.unwritten.has(key);
    if (this.unwritten.has(key)) return true;
    this.unwritten.add(key);
    return false;
  }

  /* True once it is gone on the server. Words on their way arrive first: none is written down after the erasing. */
  async erase() {
    clearTimeout(this.timer);
    this.erasing = true;
    await Promise.allSettled([this.pumped, this.opening]);
    const status = await this.eraseThere();
    this.erasing = false;
    if (status === 204) this.gone("erased"); else this.go();
    return status === 204 || status === 401;
  }

  async eraseThere() {
    this.token = this.token || kept.token;
    if (!this.token) return 204;
    return this.ask("DELETE", "/api/conversations").then((answer) => answer.status, () => 0);
  }

  /* The chat of this token is over: erased, ended, or left. */
  gone(why, messages = []) {
    this.age = this.age + 1;
    const words = why === "ended" ? this.queue.filter((item) => item.text) : [];
    kept.forget(why, this.token);
    this.token = null;
    kept.open = true;
    this.queue = words;
    kept.unsent = words;
    this.begun = why === "ended";
    this.reset();
    this.on.cleared(why);
    for (const item of words) this.show(item);
    this.take(messages);
    this.state();
  }

  leave() {
    this.age = this.age + 1;
    clearTimeout(this.timer);
    this.begun = false;
    kept.forget("left");
  }

  /* Another tab began a chat, or the one of this tab is over there: erased, ended, or left. */
  otherToken(token, why) {
    if (token === this.token || !this.begun) return;
    if (token && !this.token && this.opening) return;  // it waits for just that
    const goesOn = Boolean(token) || why === "ended";
    this.age = this.age + 1;
    this.token = null;
    this.queue = goesOn ? this.queue.filter((item) => token || item.text) : [];
    kept.unsent = this.queue;
    this.reset();
    this.begun = goesOn;
    this.on.cleared(token ? "" : why || "left");
    for (const item of this.queue) this.show(item);
    if (goesOn) this.go();
    this.state();
  }

  state() {
    const busy = Boolean(this.opening || (this.pumping && this.queue.length));
    this.on.state({ working: busy && !this.offline, offline: this.offline });
  }

  /* {status, data} of an answer; throws Later where the same may succeed later. A token that is over starts anew. */
  async ask(method, path, body) {
    const age = this.age;
    let answer;
    try {
      answer = await this.fetch(method, path, body);
    } catch {
      this.offline = true;
      this.state();
      throw new Later();
    }
    if (this.offline) {
      this.offline = false;
      this.on.trouble("");
    }
    this.state();
    const { status, data, wait } = answer;
    if (status === 429) {
      this.on.slow(wait, data.error.message);
      throw new Later(wait);
    }
    if (status >= 500 && method !== "DELETE") {
      this.on.trouble(data.error.message);
      throw new Later();
    }
    this.tries = 0;
    if (status === 401 && age === this.age) this.gone("ended");
    return answer;
  }

  async fetch(method, path, body) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), PATIENCE);
    const headers = {};
    if (this.token) headers.Authorization = "Bearer " + this.token;
    if (body) headers["Content-Type"] = "application/json";
    try {
      const answer = await fetch(path, {
        method, headers, body: body && JSON.stringify(body), signal: control.signal,
        cache: "no-store", credentials: "omit", redirect: "error",
      });
      const data = answer.status === 204 ? null : await answer.json();
      if (!data && answer.status !== 204) throw new Unreachable();
      if (answer.status >= 400 && !data.error) throw new Unreachable();
      return { status: answer.status, data, wait: Number(answer.headers.get("Retry-After")) || 30 };
    } finally {
      clearTimeout(timer);
    }
  }
}
