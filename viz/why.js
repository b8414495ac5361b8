  // Why a gradient is what it is: the paths from the root to a node, each the product of the derivatives on it, as the
  // trace's own `explain` says it. arrows: [tail, head, derivative, symbol, partial, flow], operands before their users.
  const PATHS = 20, FACTORS = 12;

  // A number as traces write it: six digits, as %g.
  function digits(x) {
    if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
    if (x === 0) return "0";
    const [mantissa, exponent] = x.toExponential(5).split("e");
    const bare = (text) => text.includes(".") ? text.replace(/\.?0+$/, "") : text;
    const power = Number(exponent);
    if (power >= -4 && power < 6) return bare(x.toFixed(5 - power));
    return `${bare(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }

  function explainer(names, root, arrows) {
    const partials = arrows.map((arrow) => ({ inf: Infinity, "-inf": -Infinity, nan: NaN })[arrow[4]] ?? arrow[4]);
    const entering = new Map();
    arrows.forEach(([, head], i) => entering.set(head, [...(entering.get(head) || []), i]));

    // For each node that `target` leads to: how many paths there are, and the derivative by it, in one sweep.
    function sweep(target) {
      const found = new Map([[target, { count: 1, slope: 1 }]]);
      arrows.forEach(([tail, head], i) => {
        const below = found.get(tail);
        if (!below) return;
        const sum = found.get(head) || { count: 0, slope: 0 };
        sum.count += below.count;
        if (partials[i] && below.slope) sum.slope += partials[i] * below.slope;
        found.set(head, sum);
      });
      return found;
    }

    function pathsTo(target, found) {
      const paths = [], stack = [{ node: root, path: [] }];
      while (stack.length && paths.length < PATHS) {
        const { node, path } = stack.pop();
        if (node === target) { paths.push(path); continue; }
        for (const i of [...(entering.get(node) || [])].reverse()) {
          if (found.has(arrows[i][0])) stack.push({ node: arrows[i][0], path: [...path, i] });
        }
      }
      return paths;
    }

    // As in the backward pass, zero times anything is zero.
    const product = (path) => path.reduce((total, i) => total ? total * partials[i] : 0, 1);

    // ∂L/∂b × ∂b/∂a = b × 1 = 6 × 1 = 6
    function written(path) {
      const half = FACTORS / 2;
      const shown = path.length <= FACTORS ? path : [...path.slice(0, half), null, ...path.slice(-half)];
      const cells = (text) => shown.map((i) => i === null ? `… ${path.length - FACTORS} more …` : text(i)).join(" × ");
      const symbol = (text) => path.length > 1 && text.includes(" ") ? `(${text})` : text;
      const parts = [cells((i) => arrows[i][2]), cells((i) => symbol(arrows[i][3])), cells((i) => digits(partials[i])), digits(product(path))];
      return parts.filter((part, i) => i === 0 || part !== parts[i - 1]).join(" = ");
    }

    return function explain(target) {
      const name = `∂${names[root]}/∂${names[target]}`;
      if (target === root) return { head: `${name} = 1: a change of a node is the change of that node`, lines: [], sum: "", more: 0 };
      const found = sweep(target);
      const { count, slope } = found.get(root) || { count: 0, slope: 0 };
      if (!count) return { head: `${name} = 0: no path leads from ${names[root]} to ${names[target]}`, lines: [], sum: "", more: 0 };
      const lines = pathsTo(target, found).map((path) => ({ path, text: written(path), product: digits(product(path)) }));
      const more = count - lines.length;
      const many = count < 1e15 ? `${count.toLocaleString("en")} path${count === 1 ? "" : "s"}` : `about 10^${Math.floor(Math.log10(count))} paths`;
      const terms = [...lines.map((line) => line.product), ...(more ? ["…"] : [])];
      const sum = count > 1 ? `${name} = ${terms.join(" + ")} = ${digits(slope)}` : "";
      return { head: `${name} = ${digits(slope)}, the sum over ${many}`, lines, sum, more };
    };
  }

  // The answer as a list whose lines light up their paths. light: called with the paths to show, none to show all.
  function whyPanel(answer, remark, light, close) {
    const made = (kind, text, classes) => Object.assign(document.createElement(kind), { textContent: text, className: classes || "" });
    const list = made("ol");
    for (const { path, text } of answer.lines) {
      const line = made("button", text);
      line.type = "button";
      for (const event of ["pointerenter", "focus", "click"]) line.addEventListener(event, () => light([path]));
      for (const event of ["pointerleave", "blur"]) line.addEventListener(event, () => light(answer.lines.map((each) => each.path)));
      const item = made("li");
      item.append(line);
      list.append(item);
    }
    const button = made("button", "Close", "close");
    button.type = "button";
    button.addEventListener("click", close);
    const more = answer.more ? `… ${answer.more.toLocaleString("en")} more` : "";
    const parts = [made("p", answer.head, "head"), list, made("p", more), made("p", answer.sum, "total"), made("p", remark)];
    return [button, made("p", "Why this gradient?", "asked"), ...parts.filter((part) => part.hasChildNodes())];
  }
