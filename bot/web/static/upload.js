// The upload panel: a file that is chosen, or dropped anywhere on the page, is looked at before it is
// sent; then it goes to /api/uploads as it is, with progress, cancel and retry, and its id goes to the
// conversation like a message. Without this script the form sends the file by itself.
(() => {
  const form = document.querySelector(".upload-form");
  const message = document.getElementById("send-upload");
  if (!form || !message || !window.htmx) return;
  const panel = form.closest("details");
  const input = form.querySelector("input[type=file]");
  const check = form.querySelector("[data-upload-button]");
  const [status, problem, bar, percent, cancel, retry] = [
    "status", "problem", "bar", "percent", "cancel", "retry",
  ].map((name) => form.querySelector(`[data-upload-${name}]`));
  const words = form.dataset;
  const language = document.documentElement.lang;
  let file, request, again;

  function say(text, values = {}) {
    return text.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? (key === "name" ? file.name : all));
  }
  function size(bytes) {
    const unit = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
    const format = { style: "unit", unit: unit[0], maximumFractionDigits: bytes < 1e7 ? 1 : 0 };
    return new Intl.NumberFormat(language, format).format(bytes / unit[1]);
  }
  // what is wrong with the file, before any of it is sent
  function wrong() {
    if (!/\.pdf$/i.test(file.name) && file.type !== "application/pdf") return say(words.noPdf);
    if (file.size === 0) return say(words.empty);
    const limit = Number(words.limitBytes);
    if (file.size > limit) {
      return say(words.tooLarge, { size: size(file.size), limit: size(limit) });
    }
    return "";
  }

  // what the panel shows; a button that goes away hands its focus on
  function show({ said = "", failed = "", working = false, next = null }) {
    const hadFocus = form.contains(document.activeElement);
    status.textContent = said;
    problem.textContent = failed;
    bar.hidden = percent.hidden = cancel.hidden = !working;
    again = next;
    retry.hidden = !next;
    input.disabled = working;
    check.hidden = working || Boolean(next);
    input.setAttribute("aria-invalid", String(Boolean(failed) && !next));
    if (hadFocus && !form.contains(document.activeElement)) {
      [cancel, retry, check].find((button) => !button.hidden).focus();
    }
  }
  function choose() {
    file = input.files[0];
    const failed = file ? wrong() : "";
    const said = file && !failed ? say(words.chosen, { size: size(file.size) }) : "";
    show({ said, failed });
  }

  function sendFile() {
    request = new XMLHttpRequest();
    request.open("POST", `/api/uploads?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/pdf");
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = total ? loaded / total : 0;
      percent.textContent = new Intl.NumberFormat(language, { style: "percent" }).format(bar.value);
    };
    request.onload = () => {
      const answer = request.response;
      if (request.status === 201 && answer?.upload_id) sendMessage(answer.upload_id);
      else show({ failed: answer?.text || words.broken, next: sendFile });
    };
    request.onerror = () => show({ failed: words.broken, next: sendFile });
    request.onabort = () => show({ said: say(words.cancelled), next: sendFile });
    request.responseType = "json";
    bar.value = 0;
    percent.textContent = "";
    show({ said: say(words.sending), working: true });
    request.send(file);
  }
  function sendMessage(id) {
    request = null;
    bar.removeAttribute("value");
    percent.textContent = "";
    show({ said: say(words.checking), working: true });
    cancel.hidden = true;
    message.elements.upload_id.value = id;
    message.dataset.says = file.name;
    message.requestSubmit();
  }
  // the answer, or what went wrong, is shown in the conversation
  message.addEventListener("htmx:finally:request", ({ detail }) => {
    const status = detail.ctx.response?.status ?? 0;
    const id = message.elements.upload_id.value;
    if (status === 0 || status >= 500 || status === 429) show({ next: () => sendMessage(id) });
    else reset();
  });
  function reset() {
    const hadFocus = form.contains(document.activeElement) || document.activeElement === document.body;
    input.disabled = false;
    input.value = "";
    show({});
    panel.open = false;
    if (hadFocus) panel.querySelector("summary").focus();
  }

  input.addEventListener("change", choose);
  cancel.addEventListener("click", () => request?.abort());
  retry.addEventListener("click", () => again?.());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    choose();
    if (file && !wrong()) sendFile();
  });

  // the browser would leave the page to show a file that is dropped beside the panel
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    panel.open = true;
    form.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    form.classList.remove("dropping");
    if (input.disabled) return;
    input.files = event.dataTransfer.files;
    choose();
    check.focus();
  });
  form.classList.add("with-drop-zone");
})();
