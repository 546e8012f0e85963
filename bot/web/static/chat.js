// The conversation without reloading. The forms work without this script; htmx posts them, and
// this shows what was sent at once, keeps what was typed, and tries again after an outage.
(() => {
  "use strict";
  const body = document.body;
  const find = (selector, where = document) => where.querySelector(selector);
  const retryPage = body.dataset.retry !== undefined;
  const chat = find("#chat");
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  const WRITING_AFTER_MS = 300;
  const SLOW_AFTER_MS = 10000;
  const FIRST_LOOK_MS = 2000;
  const LONGEST_LOOK_MS = 15000;
  const MOST_RETRIES = 6;

  async function isReady() {
    try {
      return (await fetch("/ready", { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  async function becomesReady(stillWanted) {
    for (let ms = FIRST_LOOK_MS; stillWanted(); ms = Math.min(ms * 1.5, LONGEST_LOOK_MS)) {
      await wait(ms);
      if (stillWanted() && (await isReady())) return true;
    }
    return false;
  }

  if (retryPage) becomesReady(() => true).then(() => location.reload());
  if (!chat || !window.htmx) return;

  const words = chat.dataset;
  const turns = find("#turns");
  const pending = find("#pending");
  const pendingText = find("[data-pending-text]");
  const typing = find("[data-typing]");
  const typingText = find("[data-typing-text]");
  const problem = find("#problem");
  const composer = find("#composer");
  const box = find("#text");
  const counter = find("#counter");
  const limit = Number(box.dataset.limit);
  const DRAFT = "helpdesk-draft";
  body.classList.add("enhanced");
  if (body.classList.contains("started")) box.rows = 1;

  // --- what is typed: kept over a reload, counted, sent by Enter

  const length = (text) => [...text].length;

  function keepDraft() {
    try {
      if (box.value) sessionStorage.setItem(DRAFT, box.value);
      else sessionStorage.removeItem(DRAFT);
    } catch {} // no storage in this browser: the draft lives as long as the page
  }

  function write(text) {
    box.value = text;
    onInput();
  }

  function onInput() {
    const left = limit - length(box.value);
    counter.textContent =
      left < 0 ? words.over.replace("{count}", -left) : left <= limit / 5 ? words.left.replace("{count}", left) : "";
    counter.classList.toggle("over", left < 0);
    box.setAttribute("aria-invalid", String(left < 0));
    box.style.height = "auto"; // through the object model, which the page's policy allows
    box.style.height = `${Math.min(box.scrollHeight + 2, 240)}px`;
    keepDraft();
  }

  let draft = null;
  try {
    draft = sessionStorage.getItem(DRAFT);
  } catch {}
  if (draft && !box.value) box.value = draft;
  onInput();
  box.addEventListener("input", onInput);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  composer.addEventListener(
    "submit",
    (event) => {
      if (box.value.trim() && length(box.value) <= limit) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      box.focus();
    },
    true,
  );

  // --- one message at a time

  let sent = null; // the message under way: {form, submitter, text, typed}
  let timers = [];

  function lastTurn() {
    return turns.lastElementChild;
  }

  function calm() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function show(element, block) {
    element.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block });
  }

  function showPending(text) {
    pendingText.textContent = text;
    typingText.textContent = "";
    typing.hidden = true;
    pending.hidden = false;
    show(pending, "end");
    timers = [
      setTimeout(() => {
        typing.hidden = false;
        typingText.textContent = words.writing;
        show(pending, "end");
      }, WRITING_AFTER_MS),
      setTimeout(() => {
        typingText.textContent = words.slow;
      }, SLOW_AFTER_MS),
    ];
  }

  function hidePending() {
    timers.forEach(clearTimeout);
    pending.hidden = true;
    typingText.textContent = "";
  }

  function isOurs(event) {
    return event.detail.ctx?.sourceElement?.getAttribute("hx-target") === "#turns";
  }

  document.addEventListener("htmx:config:request", (event) => {
    if (!isOurs(event)) return;
    // a double click, or two forms at once; a file that was sent waits for its turn
    if (sent && event.detail.ctx.sourceElement.id !== "send-upload") event.preventDefault();
  });

  document.addEventListener("htmx:before:request", (event) => {
    if (!isOurs(event)) return;
    const { ctx } = event.detail;
    const form = ctx.sourceElement;
    const { submitter, body: fields } = ctx.request;
    fields.set("seen", lastTurn()?.dataset.turn ?? "");
    const typed = form === composer;
    const text = typed ? box.value : (form.dataset.says ?? submitter?.textContent ?? "");
    sent = { form, submitter, typed, text: text.trim() };
    retry.stop();
    problem.replaceChildren();
    if (typed) write("");
    showPending(sent.text);
  });

  document.addEventListener("htmx:before:swap", (event) => {
    if (isOurs(event)) hidePending();
  });

  document.addEventListener("htmx:after:swap", (event) => {
    if (!isOurs(event) || event.detail.ctx.response.status >= 400) return;
    const message = sent;
    sent = null;
    retry.tries = 0;
    body.classList.add("started");
    box.rows = 1;
    onInput();
    tidyTurns();
    renewForms();
    const latest = lastTurn();
    if (!latest) return;
    show(latest, "start");
    if (message?.typed) box.focus({ preventScroll: true });
    else find(".reply", latest).focus({ preventScroll: true });
    document.dispatchEvent(new CustomEvent("helpdesk:answered", { detail: { turn: latest } }));
  });

  // a reply whose page was reloaded meanwhile, or that another tab asked for, comes once
  function tidyTurns() {
    const seen = new Set();
    for (const turn of [...turns.children]) {
      if (seen.has(turn.id)) turn.remove();
      seen.add(turn.id);
    }
    for (const turn of [...turns.children].slice(0, -1)) {
      find("#latest", turn)?.removeAttribute("id");
      turn.querySelectorAll("[data-only-last]").forEach((element) => element.remove());
    }
  }

  // the same words sent again are a new message, unless the first sending failed
  function renewForms() {
    for (const field of document.querySelectorAll("input[name=form_id]")) {
      field.value = [...crypto.getRandomValues(new Uint8Array(12))]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
    }
  }

  // --- when it fails: the words come back, and it is tried again once the help desk answers

  const retry = {
    tries: 0,
    wanted: null,
    stop() {
      this.wanted = null;
    },
    async start(message) {
      const me = {};
      this.wanted = me;
      if (++this.tries > MOST_RETRIES) return say(words.stopped);
      say(words.retrying);
      if (!(await becomesReady(() => this.wanted === me && !sent))) return;
      const { form, submitter, typed, text } = message;
      const unchanged = form.isConnected && (!typed || box.value.trim() === text);
      if (unchanged) form.requestSubmit(submitter?.form === form ? submitter : undefined);
      else say(words.back);
    },
  };

  function say(text) {
    let line = find(".retry", problem);
    if (!line) {
      line = document.createElement("p");
      line.className = "retry";
      problem.append(line);
    }
    line.textContent = text;
  }

  function giveBack(message) {
    if (!message?.typed) return;
    write(box.value ? `${message.text}\n${box.value}` : message.text);
  }

  document.addEventListener("htmx:finally:request", (event) => {
    if (!isOurs(event) || !sent) return;
    const message = sent;
    const status = event.detail.ctx.response?.status ?? 0;
    sent = null;
    hidePending();
    giveBack(message);
    if (status === 0) problem.replaceChildren(find("#unreachable").content.cloneNode(true));
    if (status === 0 || status >= 500) retry.start(message);
    else box.focus({ preventScroll: true });
    show(problem, "nearest");
  });
})();
