// What every page has: sending with the CSRF token, toasts, confirmations, uploads with progress, the sheet of the person.
"use strict";

const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";
const say = document.body.dataset;

/** A UUID of our own: what is sent twice with the same one happens once. */
export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** POST a value; tries again, with the same id, when the network or the server could not keep it. → {status, body} */
export async function post(path, value) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(path, {
        method: "POST", body: JSON.stringify(value), redirect: "error",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, Accept: "application/json" },
      });
      if ((answer.status !== 503 && answer.status !== 429) || attempt === 4) {
        const body = await answer.json().catch(() => ({}));
        if (answer.status >= 400 && answer.status !== 422) toast([body.what, body.next].filter(Boolean).join(" · ") || say.trouble);
        return { status: answer.status, body };
      }
    } catch {
      if (attempt === 4) { toast(say.trouble); return { status: 0, body: {} }; }
    }
    await pause(300 * 3 ** (attempt - 1));
  }
}

/** A line that comes and goes. */
export function toast(text) {
  if (!text) return;
  const line = document.createElement("p");
  line.textContent = text;
  document.querySelector("#toasts").append(line);
  setTimeout(() => line.remove(), 3500 + 60 * text.length);
}

/** Asks before something counts. → whether they said yes */
export function confirmed(text) {
  const dialog = document.querySelector("#confirm");
  dialog.querySelector("p").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

const LARGEST = 20 * 1024 * 1024;

/** Uploads one file and shows it as a line of `list`. → {file, name, media_type, bytes}, or null when it failed or was removed */
export function upload(file, list, onRemove) {
  const line = uploaded(list, { name: file.name }, onRemove);
  const bar = document.createElement("progress");
  bar.max = 1; bar.value = 0;
  line.append(bar);
  if (file.size > LARGEST) { failed(line, say.tooLarge); return Promise.resolve(null); }
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    line.addEventListener("removed", () => request.abort());
    request.upload.onprogress = (event) => { bar.value = event.loaded / (event.total || 1); };
    request.onload = () => {
      bar.remove();
      const answer = JSON.parse(request.responseText || "{}");
      if (request.status === 201) { done(answer); return; }
      failed(line, [answer.what, answer.next].filter(Boolean).join(" · ") || say.trouble);
      done(null);
    };
    request.onerror = () => { failed(line, say.trouble); done(null); };
    request.onabort = () => done(null);
    request.open("POST", "/files?name=" + encodeURIComponent(file.name));
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.send(file);
  });
}

/** The line of an uploaded file, with its button to take it away. */
export function uploaded(list, file, onRemove) {
  const line = document.createElement("li");
  const name = document.createElement("span");
  const away = document.createElement("button");
  name.textContent = file.name;
  away.type = "button"; away.textContent = "×";
  away.setAttribute("aria-label", (list.dataset.remove ?? list.closest("[data-remove]").dataset.remove).replace("{name}", file.name));
  away.addEventListener("click", () => { line.dispatchEvent(new Event("removed")); line.remove(); onRemove?.(line); });
  line.append(name, document.createElement("i"), away);
  list.append(line);
  return line;
}

function failed(line, text) {
  line.querySelector("progress")?.remove();
  const why = document.createElement("p");
  why.className = "problem"; why.setAttribute("role", "alert"); why.textContent = text;
  line.append(why);
}

/** Where this device is, as the dialogue reads it: `geo:LATITUDE,LONGITUDE`. Null when the browser does not say. */
export function position() {
  return new Promise((done) => navigator.geolocation.getCurrentPosition(
    ({ coords }) => done(`geo:${coords.latitude.toFixed(6)},${coords.longitude.toFixed(6)}`),
    () => done(null), { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  ));
}

/** Buttons that ask for it are shown where the browser has it at all. */
export function locatable(root) {
  if (navigator.geolocation) for (const one of root.querySelectorAll("[data-locate]")) one.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-locate]");
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  const place = await position();
  button.removeAttribute("aria-busy");
  if (!place) { toast(button.dataset.failed); return; }
  const input = button.parentElement.querySelector("input");
  input.value = place.replace("geo:", "").replace(",", ", ");
  input.dispatchEvent(new Event("input", { bubbles: true }));
  const form = button.closest("form.answer");
  if (form) { input.dataset.place = place; form.requestSubmit(); }
});

new MutationObserver((changes) => {
  for (const change of changes) for (const one of change.addedNodes) if (one.nodeType === 1) locatable(one);
}).observe(document.body, { childList: true, subtree: true });
locatable(document);

const me = document.querySelector(".me");
document.addEventListener("click", (event) => { if (me?.open && !me.contains(event.target)) me.open = false; });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && me?.open) { me.open = false; me.querySelector("summary").focus(); }
});

document.querySelector("#seek")?.addEventListener("input", (event) => {
  const sought = event.target.value.trim().toLowerCase();
  for (const one of document.querySelectorAll(".people button")) one.hidden = !one.dataset.text.toLowerCase().includes(sought);
  for (const unit of document.querySelectorAll(".unit")) unit.hidden = !unit.querySelector("button:not([hidden])");
});

// On a narrow screen the flow's picture is wider than its frame: bring into view where the item is.
for (const flow of document.querySelectorAll(".flow")) {
  const now = flow.querySelector('[data-mark="now"], [data-mark="paused"], [data-mark="shut"]');
  if (!now) continue;
  const frame = flow.getBoundingClientRect(), box = now.getBoundingClientRect();
  flow.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2;
}
