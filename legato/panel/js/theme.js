// Before anything is painted: the theme this person chose; without one, or where nothing is kept, that of the computer.
try {
  document.documentElement.dataset.theme = localStorage.getItem("legato.theme") || "auto";
} catch {
  document.documentElement.dataset.theme = "auto";
}
