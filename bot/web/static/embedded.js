// The page inside the frame that embed.js makes: Esc closes the panel, focus comes in when it is
// opened, and links to other sites open in a tab of their own, since few let themselves be framed.
(() => {
  if (parent === window) return;
  let host; // the origin of the page around us; the browser lets only those in that the court names

  // Who comes back sees the newest answer, who is new what not to type, both the box. On a phone
  // the box would bring up the keyboard, over what there is to read first.
  function arrive() {
    const box = document.getElementById("text");
    const touched = matchMedia("(pointer: coarse)").matches;
    if (!host) (document.getElementById("latest") ?? document.querySelector(".privacy"))?.scrollIntoView();
    (touched ? document.getElementById("main") : box)?.focus({ preventScroll: true });
    if (!touched) box?.scrollIntoView({ block: "nearest" });
  }

  addEventListener("message", ({ origin, source, data }) => {
    if (source !== parent || origin === "null" || data?.helpdesk !== "opened") return;
    arrive();
    host = origin;
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && host) {
      parent.postMessage({ helpdesk: "close" }, host);
    }
  });
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && link.protocol.startsWith("http") && link.origin !== location.origin) {
      link.target = "_blank";
      link.rel = "noopener";
    }
  });
  // to whoever it is: it says nothing but that we are here
  parent.postMessage({ helpdesk: "ready" }, "*");
})();
