/* deep-chat, unchanged, in jsdom over the REST shape: sends each message given, prints what it shows. */
const fs = require("fs");
const path = require("path");
const { JSDOM } = require("jsdom");

const [base, sender, messages] = [process.argv[2], process.argv[3], JSON.parse(process.argv[4])];

function page() {
  const options = { url: base + "/", runScripts: "dangerously", pretendToBeVisual: true };
  const { window } = new JSDOM("<!doctype html><body></body>", options);
  Object.defineProperty(window.HTMLElement.prototype, "innerText", {
    get() { return this.textContent; }, set(text) { this.textContent = text; },
  });
  window.ResizeObserver = class { observe() {} disconnect() {} unobserve() {} };
  window.HTMLElement.prototype.scrollTo = () => {};
  window.fetch = (address, options) => fetch(new URL(address, base), options);
  window.Response = Response;
  window.Headers = Headers;
  const source = fs.readFileSync(path.join(__dirname, "..", "node_modules", "deep-chat/dist/deepChat.bundle.js"), "utf8");
  const script = window.document.createElement("script");
  script.textContent = source.replace(/export\s*\{[^}]*\};?\s*$/, "");
  window.document.head.appendChild(script);
  return window;
}

const window = page();
const chat = window.document.createElement("deep-chat");
chat.connect = { url: "/webhooks/rest/webhook" };
chat.requestInterceptor = (details) => ({ ...details, body: { sender, message: details.body.messages[0].text } });
const rendered = new Promise((go) => { chat.onComponentRender = go; });
window.document.body.appendChild(chat);

const shown = () => chat.getMessages().filter((one) => one.role !== "user").map((one) => one.text);

async function until(seen) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (seen()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error("no answer");
}

async function main() {
  await rendered;
  for (const text of messages) {
    const before = shown().length;
    chat.submitUserMessage({ text });
    await until(() => shown().length > before);
    await new Promise((go) => setTimeout(go, 200));
  }
  console.log(JSON.stringify({ bot: shown() }));
}

main().then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });
