// A whole form: rows added and removed, files uploaded as they are chosen, answers read back, problems put beside their fields,
// and a draft in this tab so that nothing is lost.
import { freshId, post, toast, upload, uploaded } from "./app.js";

const form = document.querySelector("#whole");
const words = form.dataset;
const key = "draft " + words.flow;

const fields = (root) => [...root.querySelectorAll(".field")].filter((one) => one.parentElement.closest(".field, form") === (root.closest(".field, form") ?? form));
const rows = (field) => [...field.querySelector(".list").children];

// ---------------------------------------------------------------- rows

let made = 0;

function addRow(field, values) {
  const row = field.querySelector("template").content.firstElementChild.cloneNode(true);
  made += 1;
  for (const one of row.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
    for (const name of ["id", "for", "name", "aria-describedby"]) {
      if (one.hasAttribute(name)) one.setAttribute(name, one.getAttribute(name).replaceAll("ROW", "r" + made));
    }
  }
  field.querySelector(".list").append(row);
  renumber(field);
  if (values) fill(row, values);
  return row;
}

function renumber(field) {
  rows(field).forEach((row, at) => {
    row.querySelector(".bar b").textContent = words.row.replace("{n}", at + 1);
    row.querySelector(".remove").setAttribute("aria-label", words.rowRemove.replace("{n}", at + 1));
  });
}

form.addEventListener("click", (event) => {
  const field = event.target.closest(".rows");
  if (event.target.closest(".add")) { addRow(field).querySelector("input, textarea, select")?.focus(); keep(); }
  if (event.target.closest(".remove")) { event.target.closest(".row").remove(); renumber(field); keep(); }
});

// ---------------------------------------------------------------- answers

const files = new WeakMap();
const held = (field) => { if (!files.has(field)) files.set(field, []); return files.get(field); };

/** What a field holds; undefined where nothing was answered. */
function answer(field) {
  const kind = field.dataset.kind;
  const ticked = () => [...field.querySelectorAll("input:checked")].map((one) => one.value);
  if (kind === "rows") { const all = rows(field).map((row) => answers(row)); return all.length ? all : undefined; }
  if (kind === "file") return held(field)[0]?.file;
  if (kind === "photo") { const all = held(field).map((one) => one.file); return all.length ? all : undefined; }
  if (kind === "many") { const all = ticked(); return all.length ? all : undefined; }
  if (field.matches("fieldset")) {
    const [value] = ticked();
    if (value === undefined) return undefined;
    return kind === "bool" ? value === "true" : kind === "stars" ? Number(value) : value;
  }
  const value = field.querySelector("input, select, textarea").value.trim();
  return value === "" ? undefined : value;
}

function answers(root) {
  const all = {};
  for (const field of fields(root)) { const value = answer(field); if (value !== undefined) all[field.dataset.name] = value; }
  return all;
}

// ---------------------------------------------------------------- files

form.addEventListener("change", async (event) => {
  const input = event.target;
  if (input.type === "file") {
    const field = input.closest(".field");
    const shown = field.querySelector(".uploads");
    if (field.dataset.kind === "file") { held(field).length = 0; shown.replaceChildren(); }
    const all = [...input.files];
    input.value = "";
    await Promise.all(all.map((file) => take(field, shown, file)));
    clear(field);
  }
  keep();
});

let uploading = 0;

async function take(field, shown, file) {
  uploading += 1;
  let kept = null;
  let gone = false;
  const drop = () => { gone = true; const at = held(field).indexOf(kept); if (at >= 0) held(field).splice(at, 1); keep(); };
  kept = await upload(file, shown, drop).finally(() => { uploading -= 1; });
  if (kept && !gone) held(field).push(kept);
}

function show(field, all) {
  const shown = field.querySelector(".uploads");
  held(field).length = 0; shown.replaceChildren();
  for (const one of all) {
    held(field).push(one);
    uploaded(shown, one, () => { held(field).splice(held(field).indexOf(one), 1); keep(); });
  }
}

// ---------------------------------------------------------------- the draft

/** Like answers, but files with their names, so that they can be shown again. */
function draft(root) {
  const all = {};
  for (const field of fields(root)) {
    const { kind, name } = field.dataset;
    if (kind === "rows") all[name] = rows(field).map((row) => draft(row));
    else if (kind === "file" || kind === "photo") all[name] = held(field);
    else all[name] = answer(field);
  }
  return all;
}

function fill(root, values) {
  for (const field of fields(root)) {
    const value = values[field.dataset.name];
    if (value === undefined) continue;
    const kind = field.dataset.kind;
    if (kind === "rows") { field.querySelector(".list").replaceChildren(); for (const row of value) addRow(field, row); }
    else if (kind === "file" || kind === "photo") show(field, value);
    else if (field.matches("fieldset")) for (const one of field.querySelectorAll("input")) one.checked = [value].flat().map(String).includes(one.value);
    else field.querySelector("input, select, textarea").value = value;
  }
}

let id = freshId();
let sent = false;

const keep = () => { if (!sent) sessionStorage.setItem(key, JSON.stringify({ id, values: draft(form) })); };

form.addEventListener("input", (event) => { const field = event.target.closest(".field"); if (field) clear(field); keep(); });

for (const field of fields(form)) if (field.matches(".rows[data-required]")) addRow(field);

const saved = sessionStorage.getItem(key);
if (saved) {
  const { id: before, values } = JSON.parse(saved);
  id = before;
  fill(form, values);
  const banner = document.querySelector("#draft");
  banner.hidden = false;
  banner.querySelector("button").addEventListener("click", () => { sessionStorage.removeItem(key); sent = true; location.reload(); });
}

// ---------------------------------------------------------------- problems and handing in

function clear(field) {
  field.classList.remove("wrong");
  const problem = field.querySelector(":scope > .problem");
  if (problem) problem.textContent = "";
  for (const one of field.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

function at(name) {
  const [first, row, ...rest] = name.split("/");
  let field = fields(form).find((one) => one.dataset.name === first);
  if (field && row !== undefined) field = fields(rows(field)[Number(row)] ?? field).find((one) => one.dataset.name === rest.join("/")) ?? field;
  return field;
}

function tell(problems) {
  const summary = form.querySelector(".summary");
  for (const field of form.querySelectorAll(".field")) clear(field);
  const whole = [];
  let first;
  for (const { name, text } of problems) {
    const field = name ? at(name) : null;
    if (!field) { whole.push(text); continue; }
    field.classList.add("wrong");
    field.querySelector(":scope > .problem").textContent = text;
    const input = field.querySelector("input, select, textarea");
    input?.setAttribute("aria-invalid", "true");
    first ??= input ?? field;
  }
  summary.textContent = [words.problems.replace("{n}", problems.length), ...whole].join(" ");
  summary.hidden = false;
  (first ?? summary).focus({ preventScroll: true });
  (first?.closest(".field") ?? summary).scrollIntoView({ block: "center", behavior: "smooth" });
}

const missing = (root, path = "") => fields(root).flatMap((field) => {
  const name = path + field.dataset.name;
  const inner = field.dataset.kind === "rows" ? rows(field).flatMap((row, n) => missing(row, `${name}/${n}/`)) : [];
  return field.dataset.required && answer(field) === undefined ? [{ name, text: words.required }, ...inner] : inner;
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector(".foot .good");
  if (button.getAttribute("aria-busy") === "true") return;
  const absent = missing(form);
  if (absent.length) { tell(absent); return; }
  button.setAttribute("aria-busy", "true");
  while (uploading) await new Promise((done) => setTimeout(done, 100));
  const { status, body } = await post("/chat/form", { id, token: words.token, answers: answers(form) });
  button.removeAttribute("aria-busy");
  if (status === 422) { tell(body.problems); return; }
  if (status !== 202) return;
  sent = true;
  sessionStorage.removeItem(key);
  toast(words.sent);
  setTimeout(() => { location.href = "/chat"; }, 500);
});
