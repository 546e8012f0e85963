// A button that opens the help desk in a frame, on any page (docs/embedding.md)
(() => {
  const { currentScript: script, documentElement: root } = document;
  if (document.querySelector("filing-help")) return;
  const home = new URL(script.src).origin;
  const lang = (script.dataset.lang || root.lang).toLowerCase().startsWith("es") ? "es" : "en";
  const words = {{ words|safe }}[lang];
  const offices = {{ offices|safe }};

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const launcher = make("button", { type: "button", className: "open", onclick: open }, words.open);
  const again = make("button", { type: "button", onclick: load }, words.again);
  const problem = make("div", { className: "problem", hidden: true, role: "alert" });
  const tab = make("a", { href: `${home}/?lang=${lang}`, target: "_blank", rel: "noopener" }, words.tab);
  const close = make("button", { type: "button", onclick: shut }, words.close);
  const bar = make("div", { className: "bar" }, make("b", {}, words.open), tab, close);
  const panel = make("dialog", { ariaLabel: words.title }, bar, problem);
  const host = make("filing-help", { lang });
  const styles = new CSSStyleSheet();
  styles.replaceSync(`{{ styles|safe }}`);
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [styles];
  shadow.append(launcher, panel);
  document.body.append(host);

  // on a phone the panel is the whole screen, and the page behind it is out of reach
  const phone = matchMedia("(max-width: 40em), (max-height: 30em)");
  let frame, waiting, opener, ready;

  function load() {
    ready = false;
    problem.hidden = true;
    frame?.remove();
    frame = make("iframe", { title: words.title, src: `${home}/?embedded=1&lang=${lang}` });
    panel.append(frame);
    close.focus();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const lines = [words.silent, ...offices].map((line) => make("p", {}, line));
      problem.replaceChildren(...lines, again);
      problem.hidden = false;
      frame.hidden = true;
    }, 10000);
  }
  function show() {
    panel.close();
    phone.matches ? panel.showModal() : panel.show();
    if (ready) enter();
  }
  function enter() {
    frame.focus();
    frame.contentWindow.postMessage({ helpdesk: "opened" }, home);
  }
  function open(event) {
    opener = event.target.closest("[data-filing-help]") || launcher;
    launcher.hidden = true;
    show();
    if (!ready) load();
  }
  function shut() {
    panel.close();
    launcher.hidden = false;
    opener.focus();
  }

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== home || !frame || source !== frame.contentWindow) return;
    if (data?.helpdesk === "close") shut();
    if (data?.helpdesk === "ready") {
      clearTimeout(waiting);
      problem.hidden = ready = true;
      frame.hidden = false;
      if (panel.open) enter();
    }
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });
  panel.addEventListener("cancel", (event) => {
    event.preventDefault();
    shut();
  });
  phone.addEventListener("change", () => panel.open && show());
  // a link of the page may open it too, and leads to the help desk where scripts do not run
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-filing-help]")) return;
    event.preventDefault();
    open(event);
  });
})();
