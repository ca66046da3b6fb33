/* rasa-webchat, unchanged, in jsdom: greets, presses what `press` says, types what `type` says, prints what it shows. */
const fs = require("fs");
const path = require("path");
const { JSDOM } = require("jsdom");

const [base, steps] = [process.argv[2], JSON.parse(process.argv[3])];
const modules = path.join(__dirname, "..", "node_modules");

function page() {
  const dom = new JSDOM("<!doctype html><body><div id=webchat></div></body>", {
    url: base + "/", runScripts: "dangerously", pretendToBeVisual: true,
  });
  dom.window.matchMedia = () => ({ matches: false, addListener() {}, removeListener() {} });
  dom.window.HTMLElement.prototype.scrollTo = () => {};
  const script = dom.window.document.createElement("script");
  script.textContent = fs.readFileSync(path.join(modules, "rasa-webchat/lib/index.js"), "utf8");
  dom.window.document.head.appendChild(script);
  return dom.window;
}

const window = page();
const texts = (selector) => [...window.document.querySelectorAll(selector)].map((one) => one.textContent.trim());

async function until(what, seen) {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = seen();
    if (found) return found;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error("not seen: " + what);
}

function type(text) {
  const field = window.document.querySelector(".rw-new-message");
  const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set;
  set.call(field, text);
  field.dispatchEvent(new window.Event("input", { bubbles: true }));
  field.form.message = field;  // browsers do this by name, jsdom does not
  window.document.querySelector(".rw-send").click();
}

async function main() {
  window.WebChat.default({
    selector: "#webchat", socketUrl: base, socketPath: "/socket.io/", initPayload: "/get_started", embedded: true,
    customMessageDelay: () => 10, params: { storage: "session" },
  });
  await until("greeting", () => texts(".rw-response").length);
  for (const step of steps) {
    const before = texts(".rw-response").length;
    if (step.press) {
      const button = await until(step.press, () => [...window.document.querySelectorAll(".rw-reply")]
        .find((one) => step.press.split("|").includes(one.textContent.trim())));
      button.click();
    } else {
      type(step.type);
    }
    await until("a reply", () => texts(".rw-response").length > before);
    await new Promise((go) => setTimeout(go, 300));
  }
  console.log(JSON.stringify({ bot: texts(".rw-response"), person: texts(".rw-client"), choices: texts(".rw-reply") }));
}

main().then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });
