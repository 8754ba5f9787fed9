// Pages work without this file. It keeps the part of a page that is marked data-live="MILLISECONDS" up to date.
"use strict";

async function refresh() {
  const region = document.querySelector("[data-live]");
  if (!region) {
    return;
  }

  // A question that is open, or a page that nobody sees, is left alone.
  if (!document.hidden && !region.querySelector(":popover-open") && await replace(region) === false) {
    return;
  }

  schedule();
}

async function replace(region) {
  let answer;
  try {
    answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  } catch {
    return true; // The service is away for a moment; the next look tells.
  }

  if (answer.redirected) {
    location.reload(); // The session is over: the log-in page asks again.
    return false;
  }

  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (fresh) {
    // What is open stays open, and the focus stays where it is.
    const open = [...region.querySelectorAll("details")].map(details => details.open);
    const focused = region.contains(document.activeElement) ? document.activeElement.id : "";
    [...fresh.querySelectorAll("details")].forEach((details, index) => { details.open = open[index] ?? false; });
    region.replaceWith(document.adoptNode(fresh));
    if (focused) {
      document.getElementById(focused)?.focus();
    }
  }

  return true;
}

function schedule() {
  const region = document.querySelector("[data-live]");
  if (region) {
    setTimeout(refresh, Number(region.dataset.live));
  }
}

schedule();
