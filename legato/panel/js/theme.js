// Runs before the first paint: the chosen theme; without one, or without storage, that of the computer.
try {
  document.documentElement.dataset.theme = localStorage.getItem("legato.theme") || "auto";
} catch {
  document.documentElement.dataset.theme = "auto";
}
