// Keyboard shortcuts of the desk. An element with data-key="n" is clicked (a field is focused) when
// n is pressed outside of fields; its data-says explains it in the list of shortcuts.
(() => {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const list = document.getElementById("keys-list");
  const opener = document.getElementById("keys-open");
  const isOn = document.body.dataset.shortcuts === "on";
  const rows = () => [...document.querySelectorAll("[data-row]")];

  function show() {
    list.replaceChildren();
    const known = [...document.querySelectorAll("[data-key]")]
      .filter((found) => found.offsetParent !== null)
      .map((found) => [found.dataset.key, found.dataset.says || found.textContent.trim()]);
    if (rows().length) {
      known.push(["j", "Next row"], ["k", "Row before"], ["Enter", "Open the row"]);
      if (document.querySelector("[data-row-key=c]")) known.push(["c", "Claim the row"]);
    }
    known.push(["?", "This list"]);
    for (const [key, says] of new Map(known)) {
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      dd.textContent = says;
      list.append(dt, dd);
    }
    dialog.showModal();
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
    next.querySelector("a").focus();
  }

  function press(key) {
    const row = document.activeElement?.closest("[data-row]");
    const found = row?.querySelector(`[data-row-key="${CSS.escape(key)}"]`)
      ?? document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!found || found.disabled) return false;
    // what cannot be taken back wants Enter too
    if (found.matches("input, textarea, select, [data-focus]")) found.focus();
    else found.click();
    return true;
  }

  opener.hidden = false;
  opener.addEventListener("click", show);
  if (!isOn) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.open) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "?") show();
    else if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    // a key that is held claims one request, not one after the other
    else if (event.repeat || !press(event.key)) return;
    event.preventDefault();
  });
})();

// The queue refreshes itself while somebody may be looking, unless it was stopped; whoever moves
// about in it by keyboard stays on the same request.
(() => {
  const queue = () => document.getElementById("queue");
  if (!queue() || !window.htmx) return;
  const pause = document.getElementById("pause");
  let stopped = sessionStorage.getItem("desk-stopped") === "yes";
  let held = null;

  function show() {
    pause.hidden = false;
    pause.setAttribute("aria-pressed", String(stopped));
  }
  pause.addEventListener("click", () => {
    stopped = !stopped;
    sessionStorage.setItem("desk-stopped", stopped ? "yes" : "no");
    show();
  });
  show();
  setInterval(() => {
    if (!stopped && !document.hidden) htmx.trigger(queue(), "refresh");
  }, Number(document.body.dataset.refresh || 10) * 1000);

  document.addEventListener("htmx:before:swap", () => {
    const at = document.activeElement;
    const row = at?.closest("[data-row]");
    held = row && { id: row.id, what: at.matches("a") ? "a" : "button" };
  });
  document.addEventListener("htmx:after:swap", () => {
    const row = held && document.getElementById(held.id);
    if (row && !row.contains(document.activeElement)) {
      (row.querySelector(held.what) ?? row.querySelector("a")).focus();
    }
    held = null;
  });
})();

// A form is sent once: a second click while the answer is on its way does nothing. Whoever stops it
// may send it again after a while; the server knows it then.
(() => {
  let sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (sent.has(form)) event.preventDefault();
    sent.add(form);
    setTimeout(() => sent.delete(form), 5000);
  });
  // the page may come back as it was
  addEventListener("pageshow", () => { sent = new WeakSet(); });
})();

// What was typed into a field with data-draft stays in this tab while something else is done on the
// page, until its own form was taken or its writer signs out.
(() => {
  const who = document.body.dataset.who;
  if (!who) return;
  const start = `desk-draft ${who} `;
  const sentKey = `desk-sent ${who}`;
  const keyOf = (field) => start + field.dataset.draft;
  const drafts = [...document.querySelectorAll("[data-draft]")];
  const sent = () => JSON.parse(sessionStorage.getItem(sentKey) || "[]");
  const setSent = (keys) => sessionStorage.setItem(sentKey, JSON.stringify(keys));

  function keep(field) {
    if (field.value === field.defaultValue && !("given" in field.dataset)) {
      sessionStorage.removeItem(keyOf(field));
    } else {
      sessionStorage.setItem(keyOf(field), field.value);
    }
  }

  // the page that says that something was done comes after the form that did it
  if (document.getElementById("said")) {
    for (const key of sent()) sessionStorage.removeItem(key);
    setSent([]);
  } else if (document.getElementById("problem")) {
    setSent([]);
  }
  for (const field of drafts) {
    if ("given" in field.dataset) {
      keep(field);
      setSent(sent().filter((key) => key !== keyOf(field)));
    } else {
      const known = sessionStorage.getItem(keyOf(field));
      if (known === null) continue;
      field.value = known;
      field.closest("details")?.setAttribute("open", "");
    }
  }
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-draft]")) keep(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    if (form.getAttribute("action") === "/desk/sign-out") {
      for (const key of Object.keys(sessionStorage)) {
        if (key.startsWith("desk-draft ") || key.startsWith("desk-sent ")) {
          sessionStorage.removeItem(key);
        }
      }
    } else {
      setSent([...sent(), ...drafts.filter((one) => form.contains(one)).map(keyOf)]);
    }
  });
})();

// A link that opens an e-mail takes the text along as it stands in the field, not as it stood once.
for (const link of document.querySelectorAll("[data-mail]")) {
  const text = document.getElementById(link.dataset.mail);
  link.addEventListener("click", () => {
    if (text.value === text.defaultValue && !("given" in text.dataset)) return;
    const start = link.href.split("&body=")[0];
    // longer addresses are cut off by some mail programs
    link.href = `${start}&body=${encodeURIComponent(text.value.slice(0, 1500))}`;
  });
}

// Buttons that copy a text.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = "Copied";
  });
}
