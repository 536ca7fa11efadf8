/*
 * The builds of a run, shown as tables of steps and kept up to date while the run lasts. Dockerfile,
 * log and whatever agents say is untrusted: all of it goes in as text, never as markup.
 */
(function () {
  "use strict";

  const POLL_MS = 1000;

  /** Reasons of every step of a build, which are told once for all of them. */
  const REASONS_OF_THE_BUILD = ["FIRST_BUILD", "NO_CACHE"];

  const COLORS = {
    SUCCESS: "success",
    CACHED: "success",
    FAILURE: "error",
    FAILED: "error",
    CANCELED: "warning",
  };

  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className || "";
    made.textContent = text === undefined ? "" : text;
    return made;
  }

  function note(text) {
    return element("div", "dockerfile-build__note", text);
  }

  function status(word) {
    const color = COLORS[word];
    return element("span", color ? "jenkins-!-" + color + "-color" : "", word);
  }

  function bytes(count) {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (count >= 1000 && unit < units.length - 1) {
      count /= 1000;
      unit += 1;
    }
    return count.toFixed(unit === 0 || count >= 100 ? 0 : 1) + " " + units[unit];
  }

  function duration(ms) {
    const seconds = ms / 1000;
    return seconds < 60
      ? seconds.toFixed(1) + " s"
      : Math.floor(seconds / 60) + " min " + Math.floor(seconds % 60) + " s";
  }

  function cell(row, ...contents) {
    const made = row.appendChild(document.createElement("td"));
    made.append(...contents);
    return made;
  }

  function mountText(mount) {
    const size = mount.type === "cache" ? bytes(mount.bytes) : ""; // of no other it is measured
    const parts = [mount.type, mount.target, mount.hit, size];
    if (mount.bytesReceived > 0) {
      parts.push(bytes(mount.bytesReceived) + " received");
    }
    return parts.filter(Boolean).join(" \u00b7 ");
  }

  function isOfTheBuild(step) {
    return step.miss !== undefined && REASONS_OF_THE_BUILD.includes(step.miss.cause);
  }

  /** What a step has to say beyond its text: why it ran, and why it failed. */
  function remarks(step) {
    const found = [];
    if (step.miss && !isOfTheBuild(step)) {
      found.push(note(step.miss.detail || step.miss.cause));
    }
    if (step.failure) {
      found.push(element("div", "jenkins-!-error-color", step.failure.message));
      const lines = step.failure.lastLines || [];
      if (lines.length > 0) {
        found.push(element("div", "dockerfile-build__lines", lines.join("\n")));
      }
    }
    return found;
  }

  /** A stage without a name is called by its number, as it is in the log. */
  function place(step) {
    const stage = /^\d+$/.test(step.stage) ? "stage-" + step.stage : step.stage;
    const parts = [step.platform, stage, step.stepInStage + "/" + step.stepsInStage];
    return parts.filter(Boolean).join(" ");
  }

  /** When the step was expected to end on its agent and on others, which is why it ran there. */
  function placement(step) {
    const ends = (step.placement ? step.placement.candidates : []).map((candidate) => {
      const move = candidate.moveBytes > 0 ? ", " + bytes(candidate.moveBytes) + " to move" : "";
      return candidate.agent + ": " + duration(candidate.endMs) + move;
    });
    return ends.length > 0 ? "Expected to end in\n" + ends.join("\n") : "";
  }

  function agent(step) {
    const made = element("span", "dockerfile-build__agent", step.agent || "");
    made.title = placement(step);
    return made;
  }

  /** What a step took; of one that was found, what that saved: finding it took no time of an agent. */
  function time(step, elapsed) {
    if (step.status === "CACHED") {
      return step.savedMs > 0 ? "saved " + duration(step.savedMs) : "";
    }
    const spent = step.durationMs + elapsed;
    return spent > 0 ? duration(spent) : "";
  }

  function stepRow(step, elapsed) {
    const row = document.createElement("tr");
    const running = step.status === "RUNNING" && step.agent !== undefined;
    cell(row, status(step.status === "RUNNING" && !running ? "WAITING" : step.status));
    cell(
      row,
      note(place(step) + ", line " + step.line),
      element("div", "dockerfile-build__text", step.text),
      ...remarks(step),
    );
    cell(row, agent(step));
    cell(row, time(step, running ? elapsed : 0)).className = "dockerfile-build__time";
    cell(row, ...step.mounts.map((mount) => element("div", "", mountText(mount))));
    cell(row, step.bytesReceived > 0 ? bytes(step.bytesReceived) : "");
    return row;
  }

  function stepTable(steps, elapsed) {
    const table = element("table", "jenkins-table");
    const head = table.createTHead().insertRow();
    for (const title of ["Status", "Step", "Agent", "Duration", "Mounts", "Received"]) {
      head.append(element("th", "", title));
    }
    table.createTBody().append(...steps.map((step) => stepRow(step, elapsed)));
    return table;
  }

  function section(report, elapsed) {
    const made = element("section", "jenkins-section");
    made.append(element("h2", "jenkins-section__title", report.dockerfile || "Dockerfile"));
    const line = element("p");
    const running = report.result === "RUNNING";
    line.append(
      status(report.result),
      " \u00b7 " + duration(report.durationMs + (running ? elapsed : 0)),
    );
    if (report.savedMs > 0) {
      line.append(" \u00b7 saved " + duration(report.savedMs));
    }
    if (report.imageId) {
      line.append(" \u00b7 ", element("code", "", report.imageId));
    }
    made.append(line);
    if (report.problem) {
      made.append(element("div", "jenkins-alert jenkins-alert-danger", report.problem));
    }
    const notices = element("div", "dockerfile-build__notices");
    for (const image of report.images || []) {
      notices.append(note(image.platform + ": " + image.imageId));
    }
    const first = report.steps.find(isOfTheBuild);
    if (first) {
      notices.append(note(first.miss.detail));
    }
    notices.append(...report.notices.map((notice) => note(notice.message)));
    made.append(notices);
    if (report.steps.length > 0) {
      made.append(stepTable(report.steps, elapsed));
    }
    return made;
  }

  function follow(root) {
    let tag = "";
    let data = null;
    let receivedAt = 0;

    function show() {
      const elapsed = performance.now() - receivedAt;
      if (data.reports.length > 0) {
        root.replaceChildren(...data.reports.map((report) => section(report, elapsed)));
      }
    }

    async function ask() {
      // "no-store": the answer 304 is for this script, not for the browser's own cache.
      const answer = await fetch(root.dataset.url, {
        cache: "no-store",
        headers: tag ? { "If-None-Match": tag } : {},
      });
      if (answer.status === 200) {
        data = await answer.json();
        tag = answer.headers.get("ETag") || "";
        receivedAt = performance.now();
      } else if (answer.status !== 304) {
        throw new Error("HTTP status " + answer.status);
      }
    }

    async function poll() {
      try {
        if (!document.hidden || data === null) {
          await ask();
          show();
        }
      } catch (problem) {
        // The controller may be restarting: the next time may do better.
        console.warn("Dockerfile Build: no news", problem);
      }
      if (data === null || data.running) {
        window.setTimeout(poll, POLL_MS);
      }
    }

    poll();
  }

  function start() {
    follow(document.getElementById("dockerfile-builds"));
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
