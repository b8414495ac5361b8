  // A picture in a frame that scrolls: zoom by button, key and wheel, and drag it with the mouse (a finger scrolls it).
  // find: gives the present <svg>; it may change. most: how much of the window's height the frame may take.
  function zoomable(view, find, most) {
    let scale = 1, held = null, dragged = false;
    const natural = () => {
      const { width, height } = find().viewBox.baseVal;
      return { width: width * 4 / 3, height: height * 4 / 3 };
    };
    function zoom(factor) {
      scale = Math.max(0.1, Math.min(6, factor));
      const size = natural();
      find().setAttribute("width", size.width * scale);
      find().setAttribute("height", size.height * scale);
    }
    const times = (factor) => zoom(scale * factor);
    const room = () => Math.min((view.clientWidth || natural().width) / natural().width, most * window.innerHeight / natural().height);
    const fit = () => zoom(Math.min(1.5, room()));

    view.addEventListener("wheel", (wheel) => {
      if (!wheel.ctrlKey) return;
      wheel.preventDefault();
      times(wheel.deltaY < 0 ? 1.1 : 1 / 1.1);
    }, { passive: false });
    view.addEventListener("pointerdown", (press) => {
      dragged = false;
      if (press.pointerType === "mouse" && press.button === 0) held = { x: press.clientX, y: press.clientY, left: view.scrollLeft, top: view.scrollTop };
    });
    view.addEventListener("pointermove", (move) => {
      if (!held || !(move.buttons & 1)) { held = null; return; }
      const [dx, dy] = [move.clientX - held.x, move.clientY - held.y];
      if (!dragged && Math.hypot(dx, dy) < 5) return;
      view.setPointerCapture(move.pointerId); // the drag goes on outside the frame
      dragged = true;
      view.scrollTo({ left: held.left - dx, top: held.top - dy, behavior: "auto" });
    });
    view.addEventListener("pointerup", () => { held = null; });
    return { zoom, times, fit, natural, room };
  }
