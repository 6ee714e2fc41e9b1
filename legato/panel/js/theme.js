// Before anything is painted: the theme this person chose; without one, that of the computer.
document.documentElement.dataset.theme = localStorage.getItem("legato.theme") || "auto";
