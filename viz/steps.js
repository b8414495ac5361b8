// Plays the steps of a trace on the picture beside it. The page is complete without this: then it shows the end.
// The data has a list of events [phase, node, arrow, target, grad, sum], one for each line of "All steps as text", and of
// arrows [tail, head, derivative, symbol, partial, flow].
  function begin(root) {
    const $ = (selector) => root.querySelector(selector);
    const all = (selector) => Array.from(root.querySelectorAll(selector));
    const button = (name) => $(`[data-do=${name}]`);
    const data = JSON.parse($("script[type='application/json']").textContent);
    const { events, given, quiz, unset, tolerance } = data;
    const texts = $(".all").textContent.split("\n");
    const ends = events.map((_, i) => i).filter((i) => i + 1 === events.length || events[i + 1][2] < 0);
    const boxes = all(".box[data-node]").map((element) => ({
      element, node: Number(element.dataset.node),
      data: element.querySelector("[data-role=data]"), grad: element.querySelector("[data-role=grad]"),
    }));
    for (const box of boxes) box.final = box.data.textContent;
    const arrows = all(".arrow[data-arrow]");
    const arrowAt = new Map(arrows.map((element) => [Number(element.dataset.arrow), element]));
    const [view, svg, slider, lines] = [$(".view"), $(".view svg"), $("input[type=range]"), $(".lines")];
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    let at = 0, timer = null, question = null;

    // What is to be seen right after the event `last`.
    function stateAt(last) {
      const state = { known: new Set(given), grads: new Map(), flowed: new Set(), fresh: new Set(), changed: new Set(), first: 0 };
      for (let i = 0; i <= last; i++) {
        const [phase, node, arrow, target, grad] = events[i];
        if (arrow < 0) { state.fresh.clear(); state.changed.clear(); state.first = i; }
        else { state.flowed.add(arrow); state.fresh.add(arrow); }
        if (phase === "forward") state.known.add(node);
        if (target >= 0) { state.grads.set(target, grad); state.changed.add(target); }
        Object.assign(state, { phase, node });
      }
      return state;
    }

    function write(text, value) {
      text.textContent = value === undefined ? unset : value;
      text.classList.toggle("unset", value === undefined);
    }

    function show(event) {
      at = Math.max(0, Math.min(event, events.length - 1));
      forget();
      const state = stateAt(at);
      for (const box of boxes) {
        write(box.data, state.known.has(box.node) ? box.final : undefined);
        write(box.grad, state.grads.get(box.node));
        box.element.classList.toggle("current", box.node === state.node);
        box.element.classList.toggle("changed", state.changed.has(box.node));
      }
      for (const arrow of arrows) {
        const number = Number(arrow.dataset.arrow);
        arrow.classList.toggle("quiet", !state.flowed.has(number));
        arrow.classList.toggle("fresh", state.fresh.has(number));
        arrow.classList.toggle("entering", state.phase === "forward" && Number(arrow.dataset.head) === state.node);
      }
      lines.replaceChildren(...texts.slice(state.first, at + 1).map((text, i) => {
        const span = document.createElement("span");
        span.textContent = text;
        span.classList.toggle("now", state.first + i === at);
        return span;
      }));
      const frame = ends.findIndex((end) => end >= at);
      slider.value = frame;
      $(".place").textContent = `${frame} of ${ends.length - 1}, ${state.phase}`;
      slider.setAttribute("aria-valuetext", $(".place").textContent);
      for (const way of ["start", "back", "less"]) disable(way, at === 0);
      for (const way of ["end", "next", "more", "play"]) disable(way, at === events.length - 1 && timer === null);
      sums(state);
      follow(state.node);
    }

    function sums(state) {
      for (const old of all(".sum, .pulse")) old.remove();
      for (const [, , arrow, target, , sum] of events.slice(state.first, at + 1)) {
        if (arrow >= 0) for (const box of boxes) if (box.node === target) showSum(box.element, sum);
      }
    }

    function pulses(first) {
      for (let i = first; i <= at && !calm; i++) {
        const arrow = arrowAt.get(events[i][2]);
        if (arrow) pulse(svg, arrow, data.arrows[events[i][2]][5]);
      }
    }

    // Shows what comes next, with what flows where it goes back.
    function forward(event) {
      const before = at;
      show(event);
      pulses(before + 1);
    }

    // A disabled button would lose the focus, and with it the keys.
    function disable(name, off) { button(name).setAttribute("aria-disabled", off); }

    // Scroll only the picture's own frame, and only if the node is outside.
    function follow(node) {
      const box = boxes.find((candidate) => candidate.node === node);
      if (!box) return;
      const [inner, outer] = [box.element.getBoundingClientRect(), view.getBoundingClientRect()];
      const dx = inner.left < outer.left || inner.right > outer.right ? inner.left + inner.width / 2 - outer.left - outer.width / 2 : 0;
      const dy = inner.top < outer.top || inner.bottom > outer.bottom ? inner.top + inner.height / 2 - outer.top - outer.height / 2 : 0;
      if (dx || dy) view.scrollBy({ left: dx, top: dy, behavior: calm ? "auto" : "smooth" });
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      button("play").textContent = "Play";
      button("play").setAttribute("aria-pressed", false);
    }

    function play() {
      if (timer !== null) return stop();
      timer = setInterval(() => {
        if (!root.isConnected || at === events.length - 1) stop();
        step(1);
      }, 1500);
      button("play").textContent = "Pause";
      button("play").setAttribute("aria-pressed", true);
    }

    function step(by) {
      const frame = ends.findIndex((end) => end >= at) + (by < 0 || ends.includes(at) ? by : 0);
      (by > 0 ? forward : show)(ends[Math.max(0, Math.min(frame, ends.length - 1))]);
    }

    const why = document.createElement("section");
    why.className = "why";
    why.hidden = true;
    why.setAttribute("aria-live", "polite");
    $(".lines").after(why);
    const explain = explainer(data.names, data.root, data.arrows);

    function ask(target) {
      if (question !== null) return;
      stop();
      const answer = explain(target);
      const remark = data.whole ? "" : "Paths of the part that is shown.";
      const close = () => { forget(); view.focus({ preventScroll: true }); };
      why.replaceChildren(...whyPanel(answer, remark, (paths) => light(paths, target), close));
      for (const old of all(".pulse")) old.remove();
      why.hidden = false;
      light(answer.lines.map((line) => line.path), target);
    }

    // Only these paths, their nodes and their numbers; all else is dim.
    function light(paths, target) {
      if (why.hidden) return; // (what is hidden loses the focus, sooner or later)
      const on = new Set(paths.flat());
      const nodes = new Set([target, ...[...on].flatMap((arrow) => data.arrows[arrow].slice(0, 2))]);
      svg.classList.add("asking");
      for (const [number, element] of arrowAt) element.classList.toggle("lit", on.has(number));
      for (const box of boxes) {
        box.element.classList.toggle("lit", nodes.has(box.node));
        box.element.classList.toggle("target", box.node === target);
      }
    }

    function forget() {
      why.hidden = true;
      svg.classList.remove("asking");
      for (const element of all(".lit, .target")) element.classList.remove("lit", "target");
    }

    // What the present line is about, or the root.
    function present() {
      const [, node, , target] = events[at];
      return target >= 0 ? target : node >= 0 ? node : data.root;
    }

    // The quiz hides what comes after the question: moving is off as long as it runs.
    const score = { asked: 0, right: 0 };
    function pose(number) {
      question = { number, tried: false };
      show(quiz[number].event - 1);
      $(".question").textContent = `Question ${number + 1} of ${quiz.length}: ${quiz[number].text}`;
      $(".verdict").textContent = "";
      reveal(false);
      $(".quiz input").value = "";
      $(".quiz input").focus({ preventScroll: true });
    }

    function reveal(done) {
      question.done = done;
      const last = question.number + 1 === quiz.length;
      $(".quiz [type=submit]").textContent = !done ? "Check" : last ? "Finish" : "Next question";
      $(".quiz input").readOnly = done;
      button("reveal").hidden = done;
      $(".score").textContent = `${score.right} of ${score.asked} right at the first try`;
      if (done) show(quiz[question.number].event);
    }

    const near = (a, b) => Math.abs(a - b) <= Math.max(tolerance * Math.max(Math.abs(a), Math.abs(b)), 1e-12);

    function check() {
      const { answer, mistakes, solution } = quiz[question.number];
      const written = $(".quiz input").value.trim().replace(/−/g, "-");
      const given = Number(written);
      if (!written || !Number.isFinite(given)) {
        $(".verdict").textContent = "Type a number, such as -2.5.";
      } else if (near(given, answer)) {
        score.asked += 1;
        score.right += question.tried ? 0 : 1;
        $(".verdict").textContent = `Right: ${solution}`;
        reveal(true);
      } else {
        question.tried = true;
        const usual = mistakes.find(([wrong]) => near(given, wrong));
        $(".verdict").textContent = `${written} is not it${usual ? ": " + usual[1] : "; try again"}.`;
      }
    }

    function toggleQuiz() {
      const on = question === null;
      stop();
      forget();
      for (const element of all(".moves button, .moves input")) element.disabled = on;
      $(".whole").hidden = on;
      $(".quiz").hidden = !on;
      button("quiz").setAttribute("aria-pressed", on);
      question = null;
      Object.assign(score, { asked: 0, right: 0 });
      if (on) pose(0);
    }

    // The frame is at most 62 % of the window high, as the stylesheet says.
    const sight = zoomable(view, () => svg, 0.62);
    const actions = {
      start: () => show(0), end: () => show(events.length - 1), back: () => step(-1), next: () => step(1),
      why: () => ask(present()), close: forget,
      less: () => show(at - 1), more: () => forward(at + 1), play, quiz: toggleQuiz,
      smaller: () => sight.times(1 / 1.25), larger: () => sight.times(1.25), fit: sight.fit,
      reveal: () => {
        score.asked += 1;
        $(".verdict").textContent = quiz[question.number].solution;
        reveal(true);
        $(".quiz [type=submit]").focus();
      },
    };
    const keys = {
      ArrowRight: "next", ArrowLeft: "back", Home: "start", End: "end", "+": "larger", "-": "smaller", 0: "fit",
      w: "why", Escape: "close",
    };

    root.addEventListener("click", (click) => {
      const box = click.target.closest && click.target.closest(".box[data-node]");
      if (box) return ask(Number(box.dataset.node));
      const name = click.target.closest && click.target.closest("[data-do]");
      if (!name || name.getAttribute("aria-disabled") === "true") return;
      if (name.dataset.do !== "play") stop();
      actions[name.dataset.do]();
    });
    slider.max = ends.length - 1;
    slider.addEventListener("input", () => { stop(); show(ends[slider.value]); });
    $(".quiz").addEventListener("submit", (submit) => {
      submit.preventDefault();
      if (!question.done) check();
      else if (question.number + 1 < quiz.length) pose(question.number + 1);
      else { toggleQuiz(); button("quiz").focus(); }
    });
    function press(key) {
      const action = (key.shiftKey && { ArrowRight: "more", ArrowLeft: "less" }[key.key]) || keys[key.key];
      if (!action || key.ctrlKey || key.altKey || key.metaKey || key.target.matches("[type=text]")) return;
      if (key.target === view && /^Arrow|^Home|^End/.test(key.key) && !key.shiftKey && view.scrollWidth > view.clientWidth + 1) return;
      if (action === "close" && why.hidden) return;
      if (question !== null && !["larger", "smaller", "fit"].includes(action)) return;
      key.preventDefault();
      key.stopPropagation();
      stop();
      actions[action]();
    }
    root.addEventListener("keydown", press);
    window.addEventListener("beforeprint", () => { if (question === null) $(".whole").open = true; });
    // On a page of its own, the keys work before anything has been clicked.
    if (root.parentElement === document.body && document.body.dataset.chainrule) {
      document.addEventListener("keydown", (key) => { if (key.target === document.body) press(key); });
    }
    // Side by side where both have room for all their width, else one below the other.
    const columns = Math.min(120, Math.max(60, ...texts.map((text) => text.length)));
    view.style.flexBasis = `min(100%, ${Math.ceil(sight.natural().width) + 20}px)`;
    $(".words").style.flexBasis = `min(100%, ${columns * 8 + 30}px)`;

    for (const element of all(".bar, .lines, .keys")) element.hidden = false;
    $(".whole").open = false;
    button("quiz").hidden = quiz.length === 0;
    sight.zoom(Math.max(0.7, Math.min(1, view.clientWidth / sight.natural().width)));
    show(0);
  }

  for (const root of document.querySelectorAll(".chainrule-steps:not(.chainrule-picture, [data-ready])")) {
    root.dataset.ready = "true";
    begin(root);
  }
