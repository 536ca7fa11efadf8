/*
 * The page of caches: shows news while agents are asked, and sends orders once the user has
 * confirmed them. The server makes the markup, so what agents say is escaped there.
 */
(function () {
  "use strict";

  const POLL_MS = 1000;

  async function answered(request) {
    const answer = await request;
    if (!answer.ok) {
      throw new Error((await answer.text()) || "HTTP status " + answer.status);
    }
    return answer;
  }

  function selected(root) {
    return Array.from(root.querySelectorAll("input[name=row]:checked"), (box) => box.value);
  }

  /** Puts the new table in place of the old one; what was selected stays selected. */
  async function show(root) {
    const answer = await answered(fetch("news", { cache: "no-store" }));
    const news = new DOMParser().parseFromString(await answer.text(), "text/html");
    const before = new Set(selected(root));
    root.replaceChildren(...news.body.childNodes);
    for (const box of root.querySelectorAll("input[name=row]")) {
      box.checked = before.has(box.value);
    }
  }

  function start() {
    const root = document.getElementById("dockerfile-build-caches");
    const pruning = document.getElementById("dockerfile-build-prune");
    let version = root.dataset.version;
    let polling = false;

    async function look() {
      const status = await (await answered(fetch("status", { cache: "no-store" }))).json();
      if (String(status.version) !== version || !status.working) {
        version = String(status.version);
        await show(root);
      }
      return status.working;
    }

    async function poll() {
      polling = true;
      let again = true;
      try {
        again = document.hidden || (await look());
      } catch (problem) {
        // The controller may be restarting: the next time may do better.
        console.warn("Dockerfile Build: no news", problem);
      }
      polling = again;
      if (again) {
        window.setTimeout(poll, POLL_MS);
      }
    }

    async function order(action, parameters) {
      try {
        await answered(
          fetch(action, {
            method: "POST",
            headers: crumb.wrap({ "Content-Type": "application/x-www-form-urlencoded" }),
            body: new URLSearchParams(parameters),
          }),
        );
        if (!polling) {
          poll();
        }
      } catch (problem) {
        notificationBar.show(problem.message, notificationBar.ERROR);
      }
    }

    function confirmed(button, action, parameters) {
      dialog
        .confirm(button.dataset.title, {
          message: button.dataset.message,
          okText: button.textContent,
          type: "destructive",
        })
        .then(
          () => order(action, parameters),
          () => {}, // canceled
        );
    }

    function rows() {
      return selected(root).map((row) => ["row", row]);
    }

    root.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-action]");
      if (button === null) {
        return;
      }
      if (button.dataset.action === "verify") {
        order("verify", rows());
      } else if (rows().length > 0) {
        confirmed(button, "prune", rows());
      } else {
        notificationBar.show("Select directories first.", notificationBar.WARNING);
      }
    });

    if (pruning !== null) {
      pruning.addEventListener("submit", (event) => {
        event.preventDefault();
        const button = pruning.querySelector("button[type=submit]");
        confirmed(button, "prune", [...new FormData(pruning), ...rows()]);
      });
    }

    poll();
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
