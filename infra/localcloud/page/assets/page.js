// Asks once a second whether something changed, and if so changes just those parts of the page: the place one has
// scrolled to, what is folded or unfolded, the focus and the selection stay.
"use strict";

(() => {
  const EVERY = 1000;
  const PATIENCE = 10000;
  const estate = document.getElementById("estate");
  const pulse = document.getElementById("pulse");
  let version = estate.dataset.version;
  let timer = 0;

  const say = (state, text) => {
    if (pulse.dataset.state === state) return;
    pulse.hidden = false;
    pulse.dataset.state = state;
    pulse.textContent = text;
  };

  const look = async () => {
    try {
      const answer = await fetch("/_cloud/page/fragment", {
        headers: { "If-None-Match": `"${version}"` },
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.status === 200) {
        const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("estate");
        version = next.dataset.version;
        merge(estate, next);
      } else if (answer.status !== 304) {
        throw new Error(`HTTP ${answer.status}`);
      }
      say("live", "Live");
    } catch {
      // The cloud may come back as another one: whatever it shows then is news.
      version = "";
      say("lost", "The local cloud does not answer");
    }
  };

  const watch = async () => {
    clearTimeout(timer);
    await look();
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(watch, EVERY);
  };

  const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.key : undefined);

  const glow = (node) => {
    if (node.nodeType === Node.ELEMENT_NODE) node.setAttribute("data-fresh", "");
  };

  const merge = (old, next) => {
    if (old.isEqualNode(next)) return;
    if (old.nodeName !== next.nodeName) {
      old.replaceWith(next);
      glow(next);
    } else if (old.nodeType === Node.TEXT_NODE) {
      const speaks = old.data.trim() !== next.data.trim();
      old.data = next.data;
      if (speaks) glow(old.parentElement);
    } else {
      mergeAttributes(old, next);
      mergeChildren(old, next);
    }
  };

  const mergeAttributes = (old, next) => {
    // Whether a part is unfolded is the reader's choice.
    const isTheirs = (name) => name === "open" && old.nodeName === "DETAILS";
    for (const { name } of [...old.attributes]) {
      if (!next.hasAttribute(name) && !isTheirs(name)) old.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) {
      if (old.getAttribute(name) !== value && !isTheirs(name)) old.setAttribute(name, value);
    }
  };

  const mergeChildren = (old, next) => {
    const wanted = [...next.childNodes];
    const keys = new Set(wanted.map(keyOf));
    for (const child of [...old.children]) {
      if (keyOf(child) !== undefined && !keys.has(keyOf(child))) child.remove();
    }
    const known = new Map([...old.children].map((child) => [keyOf(child), child]));
    let here = old.firstChild;
    for (const child of wanted) {
      const key = keyOf(child);
      const match = key !== undefined ? known.get(key) : here && keyOf(here) === undefined ? here : null;
      if (!match) {
        old.insertBefore(child, here);
        glow(child);
      } else {
        if (match === here) here = here.nextSibling;
        else old.insertBefore(match, here);
        merge(match, child);
      }
    }
    while (here) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
  };

  document.addEventListener("animationend", (event) => event.target.removeAttribute("data-fresh"));
  document.addEventListener("visibilitychange", () => document.hidden || watch());
  watch();
})();
