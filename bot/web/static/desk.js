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
    if (rows().length) known.push(["j", "Next row"], ["k", "Row before"], ["Enter", "Open the row"]);
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
    if (found.matches("input, textarea, select")) found.focus();
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
    else if (!press(event.key)) return;
    event.preventDefault();
  });
})();
