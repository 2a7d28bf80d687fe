/* What a page can do better with a script than without one; nothing depends on it. */
(function () {
  "use strict";
  document.documentElement.classList.add("js");

  /* Copy buttons: `data-copy` is the id of the element whose text is copied. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) { return; }
    var source = document.getElementById(button.getAttribute("data-copy"));
    if (!source) { return; }
    var text = "value" in source ? source.value : source.textContent;
    copy(text, source).then(function (done) { say(button, done); });
  });

  function copy(text, source) {
    if (navigator.clipboard && window.isSecureContext) {
      return navigator.clipboard.writeText(text).then(function () { return true; }, function () { return select(source); });
    }
    return Promise.resolve(select(source));
  }

  /* Where the clipboard is not open to pages (plain HTTP), the text is selected and copied the old way. */
  function select(source) {
    var range = document.createRange();
    range.selectNodeContents(source);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    try { return document.execCommand("copy"); } catch (_) { return false; }
  }

  function say(button, done) {
    var live = document.getElementById("live");
    var before = button.getAttribute("data-label") || button.textContent;
    button.setAttribute("data-label", before);
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    if (live) { live.textContent = button.textContent; }
    setTimeout(function () { button.textContent = before; if (live) { live.textContent = ""; } }, 2000);
  }

  /* A menu or confirmation closes with Escape, and the focus goes back to what opened it. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var open = event.target.closest("details[open]");
    if (!open) { return; }
    open.open = false;
    open.querySelector("summary").focus();
  });

  /* A form that sends itself when a choice changes still has its button for those without a script. */
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-at-once]");
    if (form) { form.requestSubmit(); }
  });
})();
