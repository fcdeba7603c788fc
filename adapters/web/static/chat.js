// The conversation: pushes into the transcript, presses, typed answers, the composer. The server draws; this only places.
import { confirmed, freshId, post, toast, upload } from "./app.js";

const log = document.querySelector("#log");
const list = document.querySelector("#messages");
const below = document.querySelector("#below");
const composer = document.querySelector("#composer");

// ---------------------------------------------------------------- placing messages

const part = (html) => { const t = document.createElement("template"); t.innerHTML = html; return t.content; };
const find = (id) => list.querySelector(`article[data-id="${CSS.escape(id)}"]`);
const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 120;
const toEnd = () => { log.scrollTop = log.scrollHeight; below.hidden = true; };

/** What somebody has begun to fill in is not taken from under their hands. */
const inHand = (article) => article.contains(document.activeElement) && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);

function place(fresh, before = null) {
  const old = find(fresh.dataset.id);
  if (!old) { fresh.classList.add("fresh"); list.insertBefore(fresh, before); return true; }
  if (old.dataset.digest === fresh.dataset.digest) {
    if (!old.querySelector("time")) { old.querySelector("footer").replaceWith(fresh.querySelector("footer")); Object.assign(old.dataset, fresh.dataset); }
    return false;
  }
  const same = inHand(old) && old.querySelector("form.answer") && fresh.querySelector("form.answer");
  if (same) return false;
  if (!fresh.querySelector("time")) {
    const time = old.querySelector("time");
    if (time) fresh.querySelector("footer").prepend(time);
    for (const key of ["no", "day", "dayText"]) if (old.dataset[key]) fresh.dataset[key] = old.dataset[key];
  }
  fresh.classList.add("changed");
  old.replaceWith(fresh);
  return true;
}

function days() {
  for (const old of list.querySelectorAll(".day")) old.remove();
  let day = "";
  for (const one of list.querySelectorAll("article[data-day]")) {
    if (one.dataset.day === day) continue;
    day = one.dataset.day;
    const line = document.createElement("p");
    line.className = "day"; line.textContent = one.dataset.dayText;
    one.before(line);
  }
  document.querySelector("#empty").hidden = Boolean(list.querySelector("article"));
}

/** The newest messages as the server has them now: new ones in their order, changed ones in place. */
async function sync() {
  const answer = await fetch("/chat/messages").catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const stick = atEnd();
  let added = false;
  const theirs = [...part(await answer.text()).querySelectorAll("article")];
  for (const one of theirs) {
    const next = [...list.querySelectorAll("article[data-no]")].find((old) => Number(old.dataset.no) > Number(one.dataset.no));
    const last = list.querySelector("article.waits") ?? null;
    added = place(one, next ?? last) || added;
  }
  for (const day of list.querySelectorAll(".day")) day.remove();
  theirs.map((one) => find(one.dataset.id)).reduceRight((next, one) => {
    if (next && one.nextElementSibling !== next) list.insertBefore(one, next);
    return one;
  }, null);
  for (const waits of list.querySelectorAll("article.waits")) if (Date.now() - Number(waits.dataset.since) > 300) waits.remove();
  days();
  if (stick) toEnd(); else if (added) below.hidden = false;
}

let syncing;
const soon = (ms = 450) => { clearTimeout(syncing); syncing = setTimeout(sync, ms); };

/** What was typed, until the server tells it back. */
function echo(text) {
  const one = document.createElement("article");
  one.className = "message mine waits fresh";
  one.dataset.since = Date.now();
  one.append(part('<div class="body"><div class="bubble"><p></p></div></div><footer></footer>'));
  one.querySelector("p").textContent = text;
  list.append(one);
  days(); toEnd();
}

// ---------------------------------------------------------------- what is pushed

function count(n) {
  const pill = document.querySelector(".waiting");
  if (!pill) return;
  pill.dataset.n = n;
  pill.querySelector("b").textContent = n;
  pill.setAttribute("aria-label", pill.dataset.label.replace("{n}", n));
}

function listen() {
  const stream = new EventSource("/chat/stream");
  let lost;
  stream.addEventListener("open", () => { clearTimeout(lost); lost = undefined; if (list) soon(50); });
  stream.addEventListener("error", () => {
    lost ??= setTimeout(() => { toast(document.body.dataset.lost); lost = undefined; }, 4000);
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  });
  stream.addEventListener("count", (event) => count(JSON.parse(event.data).n));
  stream.addEventListener("toast", (event) => toast(JSON.parse(event.data).text));
  stream.addEventListener("message", (event) => {
    if (!list) return;
    const { html } = JSON.parse(event.data);
    const stick = atEnd();
    const known = list.querySelectorAll("article").length;
    place(part(html).querySelector("article"), null);
    days();
    if (stick) toEnd(); else if (list.querySelectorAll("article").length > known) below.hidden = false;
    soon();
  });
}

// ---------------------------------------------------------------- what is sent

async function press(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  if (button.dataset.confirm && !(await confirmed(button.dataset.confirm))) return;
  button.setAttribute("aria-busy", "true");
  const message = button.closest("article")?.dataset.id ?? "";
  const { body, status } = await post("/chat/press", { id: freshId(), token: button.dataset.token, message });
  toast(body.toast);
  if (list) soon(); else if (status === 200 || status === 202) setTimeout(() => location.reload(), 400);
  setTimeout(() => button.removeAttribute("aria-busy"), 600);
}

async function send(text, { files = [], replyTo = "" } = {}) {
  if (!list) { location.href = "/chat"; return true; }
  echo(text || files.map((file) => file.name).join("\n"));
  const { status } = await post("/chat/say", { id: freshId(), text, files, reply_to: replyTo });
  soon();
  return status === 202;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-token]");
  if (button) { press(button); return; }
  const clock = event.target.closest("[data-clock]");
  if (clock) { clock.disabled = true; post("/console/clock", {}).then(({ body }) => { toast(body.toast); clock.disabled = false; soon(); }); return; }
  const said = event.target.closest("[data-say]");
  if (said && list) { event.preventDefault(); send(said.dataset.say); }
});

const uploads = new WeakMap();

/** Uploads what was chosen, and remembers it by the list that shows it. */
function choose(input, shown) {
  const all = uploads.get(shown) ?? [];
  uploads.set(shown, all);
  for (const file of input.files) {
    const one = { done: false, kept: null };
    all.push(one);
    const drop = () => all.splice(all.indexOf(one), 1);
    one.ready = upload(file, shown, drop).then((kept) => { one.kept = kept; one.done = true; if (!kept) drop(); });
  }
  input.value = "";
}

async function chosen(shown) {
  const all = uploads.get(shown) ?? [];
  await Promise.all(all.map((one) => one.ready));
  return (uploads.get(shown) ?? []).map((one) => one.kept).filter(Boolean);
}

const emptied = (shown) => { uploads.delete(shown); shown.replaceChildren(); };

document.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const shown = event.target.closest("form")?.querySelector(".uploads");
  if (shown) choose(event.target, shown);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.answer")) return;
  event.preventDefault();
  const replyTo = form.closest("article")?.dataset.id ?? "";
  const shown = form.querySelector(".uploads");
  if (shown) {
    const files = await chosen(shown);
    if (files.length && (await send("", { files, replyTo }))) emptied(shown);
    return;
  }
  const input = form.querySelector("input, textarea");
  const text = form.dataset.kind === "datetime" ? input.value.replace("T", " ") : input.dataset.place ?? input.value.trim();
  delete input.dataset.place;
  if (!text) { input.focus(); return; }
  input.blur();
  await send(text, { replyTo });
});

// ---------------------------------------------------------------- the composer

if (composer) {
  const text = composer.querySelector("textarea");
  const menu = composer.querySelector("#suggestions");
  const commands = [...menu.querySelectorAll("button")];
  const shown = composer.querySelector(".uploads");
  const open = () => commands.filter((one) => !one.hidden);
  const selected = () => open().find((one) => one.getAttribute("aria-selected") === "true");
  const select = (one) => { for (const other of commands) other.setAttribute("aria-selected", String(other === one)); };

  const suggest = () => {
    const word = text.value;
    for (const one of commands) one.hidden = !(word.startsWith("/") && one.dataset.command.startsWith(word));
    menu.hidden = !open().length;
    select(menu.hidden ? null : open()[0]);
  };
  const take = (one) => {
    menu.hidden = true;
    if (one.dataset.argument) { text.value = one.dataset.command + " "; text.focus(); } else { text.value = ""; send(one.dataset.command); }
  };
  const submit = async () => {
    const words = text.value.trim();
    const files = await chosen(shown);
    if (!words && !files.length) return;
    text.value = ""; menu.hidden = true; emptied(shown);
    if (!(await send(words, { files })) && !text.value) text.value = words;
  };

  text.addEventListener("input", suggest);
  text.addEventListener("blur", () => setTimeout(() => { menu.hidden = true; }, 150));
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const some = open();
    if (!menu.hidden && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const at = some.indexOf(selected()) + (event.key === "ArrowDown" ? 1 : -1);
      select(some[(at + some.length) % some.length]);
    } else if (event.key === "Escape") { menu.hidden = true; }
    else if (event.key === "Tab" && !menu.hidden) { event.preventDefault(); take(selected()); }
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (!menu.hidden && selected()) take(selected()); else submit();
    }
  });
  menu.addEventListener("mousedown", (event) => { event.preventDefault(); const one = event.target.closest("button"); if (one) take(one); });
  composer.addEventListener("submit", (event) => { event.preventDefault(); submit(); });

  document.querySelector("#earlier").addEventListener("click", async (event) => {
    const button = event.target;
    const answer = await fetch("/chat/messages?before=" + log.dataset.earlier);
    if (!answer.ok) return;
    const height = log.scrollHeight;
    list.prepend(part(await answer.text()));
    log.dataset.earlier = answer.headers.get("X-Earlier");
    button.hidden = log.dataset.earlier === "0";
    days();
    log.scrollTop += log.scrollHeight - height;
  });
  below.addEventListener("click", toEnd);
  log.addEventListener("scroll", () => { if (atEnd()) below.hidden = true; }, { passive: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  new ResizeObserver(() => { if (log.dataset.held === "1") toEnd(); }).observe(list);
  log.addEventListener("scroll", () => { log.dataset.held = atEnd() ? "1" : "0"; }, { passive: true });
  log.dataset.held = "1";

  days(); toEnd();
  if (location.hash === "#inbox") { history.replaceState(null, "", "/chat"); send("/inbox"); }
}

listen();
