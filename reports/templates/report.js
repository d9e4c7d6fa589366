// The page is whole without this file. With it: contents that follow, figures that enlarge and show values.
"use strict";
(function () {
  var loading = null;
  window.exhibitFigures = window.exhibitFigures || {};

  function loadScript(path) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = path;
      script.onload = resolve;
      script.onerror = reject;
      document.head.appendChild(script);
    });
  }

  function loadPlotly() {
    // Five megabytes: fetched once, and only when somebody asks for values.
    loading = loading || loadScript("assets/plotly.min.js");
    return loading;
  }

  function enlargeButton(id) {
    return document.querySelector('.enlarge[data-plot="plot-' + id + '"]');
  }

  function explore(button) {
    var id = button.dataset.exhibit;
    var plot = document.getElementById("plot-" + id);
    if (plot.dataset.live) {
      plot.replaceChildren(plot.drawn);
      delete plot.dataset.live;
      button.textContent = "Show values";
      enlargeButton(id).hidden = false;
      return;
    }
    button.disabled = true;
    Promise.all([loadPlotly(), loadScript("assets/figures/" + id + ".js")]).then(function () {
      var figure = window.exhibitFigures[id];
      var live = document.createElement("div");
      live.className = "plot-live";
      live.setAttribute("role", "img");
      live.setAttribute("aria-label", button.dataset.alt);
      plot.drawn = plot.firstElementChild;
      plot.replaceChildren(live);
      plot.dataset.live = "yes";
      button.textContent = "Show drawing";
      enlargeButton(id).hidden = true;
      button.disabled = false;
      return window.Plotly.newPlot(live, figure.data, figure.layout, {
        responsive: true, displaylogo: false, displayModeBar: false
      });
    }).catch(function () {
      button.disabled = false;
      button.textContent = "Values could not be loaded; see the table";
    });
  }

  function followContents() {
    var links = {};
    document.querySelectorAll(".contents a").forEach(function (link) { links[link.hash.slice(1)] = link; });
    var sections = document.querySelectorAll("main > section[id]");
    function mark() {
      var current = null;
      sections.forEach(function (section) {
        if (section.getBoundingClientRect().top < window.innerHeight / 3) { current = section.id; }
      });
      Object.keys(links).forEach(function (id) {
        if (id === current) { links[id].setAttribute("aria-current", "true"); } else { links[id].removeAttribute("aria-current"); }
      });
    }
    window.addEventListener("scroll", mark, { passive: true });
    mark();
  }

  function openHash() {
    var target = location.hash && document.getElementById(location.hash.slice(1));
    var details = target && target.closest("details");
    if (details) { details.open = true; }
  }

  var dialog = document.querySelector(".enlarged");
  document.querySelectorAll(".tool").forEach(function (button) { button.hidden = false; });
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) { return; }
    if (button.classList.contains("explore")) { explore(button); }
    if (button.classList.contains("enlarge")) {
      var drawing = document.getElementById(button.dataset.plot).querySelector("svg.chart");
      if (!drawing) { return; }
      // The copy keeps the ids of the drawing: same pattern, same picture.
      dialog.querySelector(".enlarged-figure").replaceChildren(drawing.cloneNode(true));
      dialog.showModal();
    }
    if (button.classList.contains("close")) { dialog.close(); }
  });
  window.addEventListener("hashchange", openHash);
  openHash();
  followContents();
})();
